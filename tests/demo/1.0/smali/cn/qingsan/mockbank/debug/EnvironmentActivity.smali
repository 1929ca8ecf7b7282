.class public Lcn/qingsan/mockbank/debug/EnvironmentActivity;
.super Landroid/app/Activity;
.source "EnvironmentActivity.java"

.method public constructor <init>()V
    .registers 1
    invoke-direct {p0}, Landroid/app/Activity;-><init>()V
    return-void
.end method

.method protected onCreate(Landroid/os/Bundle;)V
    .registers 5
    invoke-super {p0, p1}, Landroid/app/Activity;->onCreate(Landroid/os/Bundle;)V
    const-string v0, "http://192.168.30.41:9080/mbank"
    const-string v1, "gateway"
    const/4 v2, 0x0
    invoke-virtual {p0, v1, v2}, Lcn/qingsan/mockbank/debug/EnvironmentActivity;->getSharedPreferences(Ljava/lang/String;I)Landroid/content/SharedPreferences;
    return-void
.end method
