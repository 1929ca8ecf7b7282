# The classes of the platform that the cases use: their full names, parents and members.
# %0 and %1 in a result stand for the first and second type argument, erased to Object.
package Library;
use strict;
use warnings;

my (%full, %class);

sub read_class {
	my ($head, $members) = @_;
	my ($kind, $full, $parents) = $head =~ /^(class|interface)\s+(\S+)\s*(.*)$/ or die "library: $head";
	my $name = $full =~ s{.*[\$.]}{}r;
	$full{$name} = $full;
	my $class = $class{$name} = { name => $name, kind => $kind, parents => [split ' ', $parents], methods => {}, fields => {} };
	for my $text (grep { /\S/ } split /\s*;\s*/, $members) {
		$text =~ s/^\s+//;
		my $static = $text =~ s/^static // ? 1 : 0;
		if ($text =~ /^([\w<>]+)\(([^)]*)\)(\S*)$/) {
			my ($method, $parameters, $type) = ($1, $2, $3);
			push @{ $class->{methods}{$method} },
				{ name => $method, owner => $name, static => $static, parameters => [split /,/, $parameters], type => $type eq '' ? 'void' : $type };
		} elsif ($text =~ /^(\w+):(\S+)$/) {
			$class->{fields}{$1} = { name => $1, owner => $name, static => 1, type => $2 };
		} else {
			die "library: $text";
		}
	}
}

sub full_name { return $full{ $_[0] } }
sub class_of { return $class{ $_[0] } }

local $/ = '';
while (my $paragraph = <DATA>) {
	my ($head, $members) = $paragraph =~ /^(.*?):\n(.*)$/s or die "library: $paragraph";
	read_class($head, $members =~ s/\n\s*/ /gr);
}

1;
__DATA__
class java.lang.Object:
<init>(); toString()String; hashCode()int; equals(Object)boolean; getClass()Class;

class java.lang.Class Object:
getName()String; getResourceAsStream(String)InputStream;

class java.lang.String Object CharSequence:
<init>(char[]); <init>(byte[]); <init>(char[],int,int); <init>(byte[],Charset);
length()int; charAt(int)char; concat(String)String; substring(int)String; substring(int,int)String;
replace(char,char)String; replace(CharSequence,CharSequence)String; trim()String; toUpperCase()String; toLowerCase()String;
toCharArray()char[]; getBytes()byte[]; getBytes(String)byte[]; getBytes(Charset)byte[]; equals(Object)boolean;
equalsIgnoreCase(String)boolean; isEmpty()boolean; indexOf(int)int; indexOf(String)int; hashCode()int;
startsWith(String)boolean; endsWith(String)boolean; split(String)String[]; intern()String; strip()String; repeat(int)String;
static format(String,Object[])String; static valueOf(int)String; static valueOf(char[])String; static valueOf(Object)String;
static valueOf(long)String; static join(CharSequence,CharSequence[])String;

interface java.lang.CharSequence Object:
length()int; toString()String;

class java.lang.StringBuilder Object CharSequence:
<init>(); <init>(String); append(String)StringBuilder; append(char)StringBuilder; append(int)StringBuilder;
append(long)StringBuilder; append(Object)StringBuilder; append(char[])StringBuilder; append(boolean)StringBuilder;
append(double)StringBuilder; insert(int,String)StringBuilder; reverse()StringBuilder; toString()String; length()int;
setLength(int); deleteCharAt(int)StringBuilder; setCharAt(int,char); replace(int,int,String)StringBuilder; delete(int,int)StringBuilder;

class java.lang.Enum Object:
<init>(String,int); name()String; ordinal()int; static valueOf(Class,String)Enum;

class java.lang.Integer Object:
static parseInt(String)int; static parseInt(String,int)int; static valueOf(int)Integer; intValue()int;
static toString(int)String; static toHexString(int)String; static valueOf(String)Integer; static max(int,int)int; static bitCount(int)int;

class java.lang.Long Object:
static parseLong(String)long; static parseLong(String,int)long; static valueOf(long)Long; longValue()long;

class java.lang.Character Object:
static digit(char,int)int;

class java.lang.Math Object:
static random()double; static max(int,int)int; static min(int,int)int; static abs(int)int; static floor(double)double;

class java.lang.System Object:
static getenv(String)String; static getProperty(String)String; static getProperty(String,String)String;
static arraycopy(Object,int,Object,int,int); static currentTimeMillis()long; static nanoTime()long; in:InputStream; out:PrintStream; err:PrintStream;

class java.lang.ClassLoader Object:
static getSystemResourceAsStream(String)InputStream;

class java.lang.Thread Object:
<init>(Runnable); start(); run(); join();

interface java.lang.Runnable Object:
run();

interface java.lang.Iterable Object:
iterator()Iterator;

class java.lang.Throwable Object:
getMessage()String; printStackTrace();

class java.lang.Exception Throwable:
<init>(); <init>(String);

class java.lang.RuntimeException Exception:
<init>(); <init>(String); <init>(Throwable);

class java.lang.IllegalStateException RuntimeException:
<init>(); <init>(String);

class java.lang.IllegalArgumentException RuntimeException:
<init>(); <init>(String);

class java.lang.NumberFormatException IllegalArgumentException:
<init>(); <init>(String);

class java.io.InputStream Object:
read()int; close(); read(byte[])int;

class java.io.OutputStream Object:
write(int); write(byte[]); close(); flush();

class java.io.ByteArrayOutputStream OutputStream:
<init>(); toByteArray()byte[]; write(int); write(byte[],int,int); size()int;

class java.io.ByteArrayInputStream InputStream:
<init>(byte[]);

class java.io.PrintStream Object:
println(String); println(int); print(String); println(Object); println(long); println(boolean);

class java.io.Reader Object:
read()int;

class java.io.BufferedReader Reader:
<init>(Reader); readLine()String;

class java.io.InputStreamReader Reader:
<init>(InputStream);

class java.io.IOException Exception:
<init>(String);

class java.nio.charset.Charset Object:
static defaultCharset()Charset;

class java.nio.charset.StandardCharsets Object:
UTF_8:Charset; US_ASCII:Charset;

class java.nio.ByteBuffer Object:
static wrap(byte[])ByteBuffer; static allocate(int)ByteBuffer; put(byte[])ByteBuffer; array()byte[];

interface java.util.Map Object:
get(Object)%1; put(Object,Object)Object; remove(Object)Object; size()int; containsKey(Object)boolean; getOrDefault(Object,Object)%1;

class java.util.HashMap Map Object:
<init>();

interface java.util.List Iterable Object:
get(int)%0; add(Object)boolean; set(int,Object)Object; size()int; iterator()Iterator; remove(int)Object;

class java.util.ArrayList List Object:
<init>();

class java.util.LinkedList List Object:
<init>(); getFirst()%0; getLast()%0; addFirst(Object); addLast(Object);

class java.util.ArrayDeque Object:
<init>(); push(Object); pop()%0; peek()%0; addLast(Object); pollFirst()%0;

interface java.util.Iterator Object:
hasNext()boolean; next()%0;

class java.util.Properties Object:
<init>(); setProperty(String,String)Object; getProperty(String)String; getProperty(String,String)String;

class java.util.Arrays Object:
static copyOf(byte[],int)byte[]; static copyOf(char[],int)char[]; static copyOfRange(byte[],int,int)byte[]; static fill(byte[],byte);
static fill(char[],char); static copyOfRange(char[],int,int)char[]; static asList(Object[])List; static equals(byte[],byte[])boolean;
static toString(byte[])String;

class java.util.Collections Object:
static singletonList(Object)List;

class java.util.Random Object:
<init>(); <init>(long); nextInt()int; nextInt(int)int; nextBytes(byte[]); nextLong()long; setSeed(long); nextBoolean()boolean; nextDouble()double;

class java.util.Base64 Object:
static getDecoder()Decoder; static getEncoder()Encoder;

class java.util.Base64$Decoder Object:
decode(String)byte[]; decode(byte[])byte[];

class java.util.Base64$Encoder Object:
encodeToString(byte[])String;

interface java.util.function.Supplier Object:
get()%0;

interface java.util.function.Function Object:
apply(Object)%1;

interface java.util.concurrent.Callable Object:
call()%0;

class java.net.URL Object:
<init>(String); getHost()String; getProtocol()String; openConnection()URLConnection; getPath()String;

class java.net.URLConnection Object:
setConnectTimeout(int); getURL()URL; setUseCaches(boolean);

class java.net.Socket Object:
close(); getOutputStream()OutputStream; getInputStream()InputStream; setSoTimeout(int);

class java.security.SecureRandom Random:
<init>(); <init>(byte[]); nextBytes(byte[]); setSeed(byte[]); setSeed(long); generateSeed(int)byte[]; static getInstance(String)SecureRandom;

interface java.security.Key Object:
getEncoded()byte[]; getAlgorithm()String;

interface java.security.PublicKey Key:
getEncoded()byte[];

class java.security.KeyPairGenerator Object:
static getInstance(String)KeyPairGenerator; initialize(int); generateKeyPair()KeyPair; getAlgorithm()String; initialize(int,SecureRandom);

class java.security.KeyPair Object:
getPublic()PublicKey;

class java.security.KeyStore Object:
static getInstance(String)KeyStore; load(InputStream,char[]); size()int;

class java.security.MessageDigest Object:
static getInstance(String)MessageDigest; digest(byte[])byte[]; update(byte[]); digest()byte[]; static isEqual(byte[],byte[])boolean;
getDigestLength()int; getAlgorithm()String;

class java.security.GeneralSecurityException Exception:
<init>(String);

class java.security.cert.CertificateException GeneralSecurityException:
<init>(String); <init>();

class java.security.cert.X509Certificate Object:
getPublicKey()PublicKey; getEncoded()byte[]; checkValidity();

interface java.security.spec.KeySpec Object:
toString()String;

interface java.security.spec.AlgorithmParameterSpec Object:
toString()String;

class javax.crypto.Cipher Object:
static getInstance(String)Cipher; init(int,Key); init(int,Key,AlgorithmParameterSpec); doFinal(byte[])byte[]; getBlockSize()int; getAlgorithm()String;

class javax.crypto.Mac Object:
static getInstance(String)Mac; init(Key); doFinal(byte[])byte[]; getMacLength()int;

interface javax.crypto.SecretKey Key:
getEncoded()byte[]; getAlgorithm()String;

class javax.crypto.KeyGenerator Object:
static getInstance(String)KeyGenerator; generateKey()SecretKey; init(int);

class javax.crypto.SecretKeyFactory Object:
static getInstance(String)SecretKeyFactory; generateSecret(KeySpec)SecretKey;

class javax.crypto.spec.SecretKeySpec SecretKey Object:
<init>(byte[],String); getAlgorithm()String; getEncoded()byte[];

class javax.crypto.spec.PBEKeySpec Object KeySpec:
<init>(char[],byte[],int,int); <init>(char[],byte[],int); getIterationCount()int; clearPassword(); getKeyLength()int;

class javax.crypto.spec.PBEParameterSpec Object AlgorithmParameterSpec:
<init>(byte[],int); getIterationCount()int;

class javax.crypto.spec.IvParameterSpec Object AlgorithmParameterSpec:
<init>(byte[]); getIV()byte[];

interface javax.net.ssl.HostnameVerifier Object:
verify(String,SSLSession)boolean;

class javax.net.ssl.HttpsURLConnection URLConnection:
static getDefaultHostnameVerifier()HostnameVerifier; static setDefaultHostnameVerifier(HostnameVerifier); setHostnameVerifier(HostnameVerifier);
static setDefaultSSLSocketFactory(SSLSocketFactory);

interface javax.net.ssl.SSLSession Object:
getPeerHost()String; getProtocol()String; getCipherSuite()String;

class javax.net.ssl.SSLSocket Socket:
getSession()SSLSession; startHandshake(); getSSLParameters()SSLParameters; setSSLParameters(SSLParameters); setEnabledProtocols(String[]);

class javax.net.SocketFactory Object:
createSocket(String,int)Socket;

class javax.net.ssl.SSLSocketFactory SocketFactory:
static getDefault()SocketFactory; createSocket(String,int)Socket;

class javax.net.ssl.SSLParameters Object:
<init>(); setEndpointIdentificationAlgorithm(String); setProtocols(String[]);

class javax.net.ssl.SSLContext Object:
static getInstance(String)SSLContext; init(KeyManager[],TrustManager[],SecureRandom); getSocketFactory()SSLSocketFactory;

class javax.net.ssl.SSLException IOException:
<init>(String);

interface javax.net.ssl.KeyManager Object:
toString()String;

interface javax.net.ssl.TrustManager Object:
toString()String;

interface javax.net.ssl.X509TrustManager TrustManager Object:
checkServerTrusted(X509Certificate[],String); checkClientTrusted(X509Certificate[],String); getAcceptedIssuers()X509Certificate[];

class javax.net.ssl.TrustManagerFactory Object:
static getInstance(String)TrustManagerFactory; init(KeyStore); getTrustManagers()TrustManager[]; static getDefaultAlgorithm()String;
