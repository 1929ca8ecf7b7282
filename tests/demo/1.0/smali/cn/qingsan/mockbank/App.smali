.class public Lcn/qingsan/mockbank/App;
.super Landroid/app/Application;
.source "App.java"

.method static constructor <clinit>()V
    .registers 1
    const-string v0, "qingsan"
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method

.method public constructor <init>()V
    .registers 1
    invoke-direct {p0}, Landroid/app/Application;-><init>()V
    return-void
.end method

# the native library signs requests
.method public static native sign([B)[B
.end method
