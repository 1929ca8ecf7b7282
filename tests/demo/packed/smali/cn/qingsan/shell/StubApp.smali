# What the demo's own packer leaves of the code: it decrypts assets/shell/code.bin (every byte is
# XORed with 0x5a) and loads what comes out.
.class public Lcn/qingsan/shell/StubApp;
.super Landroid/app/Application;

.method public constructor <init>()V
    .registers 1
    invoke-direct {p0}, Landroid/app/Application;-><init>()V
    return-void
.end method

.method static decrypt([B)V
    .registers 4
    const/4 v0, 0x0
    :next
    array-length v1, p0
    if-ge v0, v1, :done
    aget-byte v1, p0, v0
    xor-int/lit8 v1, v1, 0x5a
    int-to-byte v1, v1
    aput-byte v1, p0, v0
    add-int/lit8 v0, v0, 0x1
    goto :next
    :done
    return-void
.end method

.method protected attachBaseContext(Landroid/content/Context;)V
    .registers 7
    invoke-super {p0, p1}, Landroid/app/Application;->attachBaseContext(Landroid/content/Context;)V
    :start
    invoke-virtual {p1}, Landroid/content/Context;->getAssets()Landroid/content/res/AssetManager;
    move-result-object v0
    const-string v1, "shell/code.bin"
    invoke-virtual {v0, v1}, Landroid/content/res/AssetManager;->open(Ljava/lang/String;)Ljava/io/InputStream;
    move-result-object v0
    invoke-virtual {v0}, Ljava/io/InputStream;->available()I
    move-result v1
    new-array v1, v1, [B
    invoke-virtual {v0, v1}, Ljava/io/InputStream;->read([B)I
    invoke-static {v1}, Lcn/qingsan/shell/StubApp;->decrypt([B)V
    invoke-static {v1}, Ljava/nio/ByteBuffer;->wrap([B)Ljava/nio/ByteBuffer;
    move-result-object v1
    new-instance v2, Ldalvik/system/InMemoryDexClassLoader;
    invoke-virtual {p1}, Landroid/content/Context;->getClassLoader()Ljava/lang/ClassLoader;
    move-result-object v3
    invoke-direct {v2, v1, v3}, Ldalvik/system/InMemoryDexClassLoader;-><init>(Ljava/nio/ByteBuffer;Ljava/lang/ClassLoader;)V
    :end
    return-void
    :failed
    move-exception v0
    new-instance v1, Ljava/lang/IllegalStateException;
    invoke-direct {v1, v0}, Ljava/lang/IllegalStateException;-><init>(Ljava/lang/Throwable;)V
    throw v1
    .catch Ljava/io/IOException; {:start .. :end} :failed
.end method
