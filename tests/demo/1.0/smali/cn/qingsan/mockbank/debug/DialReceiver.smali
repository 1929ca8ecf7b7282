.class public Lcn/qingsan/mockbank/debug/DialReceiver;
.super Landroid/content/BroadcastReceiver;
.source "DialReceiver.java"

.method public constructor <init>()V
    .registers 1
    invoke-direct {p0}, Landroid/content/BroadcastReceiver;-><init>()V
    return-void
.end method

.method public onReceive(Landroid/content/Context;Landroid/content/Intent;)V
    .registers 6
    return-void
.end method
