# What each category passes to its sensitive call: the type, a value that is misuse, a value that
# is not, and the call. Names that start with an underscore are replaced by names of the seed.
package Values;
use strict;
use warnings;

our @CATEGORIES = qw(key password-pbe password-keystore http seed salt ecb iv iterations cipher asymmetric digest);

# how the sensitive call of a category looks in the tree
our %CALL = (
	key => ['new', 'SecretKeySpec'], 'password-pbe' => ['new', 'PBEKeySpec'], 'password-keystore' => ['call', 'load'],
	http => ['new', 'URL'], salt => ['new', 'PBEParameterSpec', 'PBEKeySpec'], ecb => ['static', 'Cipher'], iv => ['new', 'IvParameterSpec'],
	iterations => ['new', 'PBEParameterSpec', 'PBEKeySpec'], cipher => ['static', 'Cipher'], asymmetric => ['call', 'initialize'],
	digest => ['static', 'MessageDigest'], seed => ['seed'],
);

my @ENVIRONMENT = qw(APP_SETTING DEVICE_CODE SERVICE_ENTRY REMOTE_ENTRY LOCAL_ENTRY);
my $FRESH = 'class _Source { static byte[] _fresh(int _amount) { byte[] _made = new byte[_amount]; '
	. 'SecureRandom _maker = new SecureRandom(); _maker.nextBytes(_made); return _made; } }';
my $INPUT = 'class _Input { static String _ask() { try { return new BufferedReader(new InputStreamReader(System.in)).readLine(); } '
	. 'catch (IOException _bad) { throw new IllegalStateException(_bad.getMessage()); } } }';

sub quoted { return '"' . $_[0] . '"' }
sub literal { return { text => quoted($_[0]), literal => $_[0] } }
sub number { return { text => "$_[0]", number => $_[0] } }

sub environment {
	my ($r) = @_;
	return 'System.getenv("' . $r->pick(@ENVIRONMENT) . '")';
}

my %SINK = (
	key => ['SecretKeySpec _spec = new SecretKeySpec(%v, "HmacSHA256"); Mac _mark = Mac.getInstance("HmacSHA256"); _mark.init(_spec); System.out.println(_mark.getMacLength());',
		'SecretKeySpec _spec = new SecretKeySpec(%v, "AES"); System.out.println(_spec.getAlgorithm());'],
	'password-pbe' => ['byte[] _grain = new byte[16]; new SecureRandom().nextBytes(_grain); PBEKeySpec _spec = new PBEKeySpec(%v, _grain, 20000, 256); System.out.println(_spec.getKeyLength());',
		'byte[] _grain = new SecureRandom().generateSeed(16); PBEKeySpec _spec = new PBEKeySpec(%v, _grain, 120000, 256); SecretKeyFactory _maker = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256"); _maker.generateSecret(_spec);'],
	'password-keystore' => ['KeyStore _store = KeyStore.getInstance("PKCS12"); _store.load(ClassLoader.getSystemResourceAsStream("%n.p12"), %v); System.out.println(_store.size());',
		'InputStream _stream = ClassLoader.getSystemResourceAsStream("%n.p12"); KeyStore _store = KeyStore.getInstance("PKCS12"); _store.load(_stream, %v);'],
	http => ['URL _page = new URL(%v); System.out.println(_page.getHost());', 'URLConnection _link = new URL(%v).openConnection(); _link.setConnectTimeout(%i);'],
	salt => ['PBEParameterSpec _spec = new PBEParameterSpec(%v, 20000); System.out.println(_spec.getIterationCount());',
		'char[] _words = System.getenv("SERVICE_ENTRY").toCharArray(); PBEKeySpec _spec = new PBEKeySpec(_words, %v, 65536, 256); System.out.println(_spec.getKeyLength());'],
	ecb => ['Cipher _engine = Cipher.getInstance(%v); System.out.println(_engine.getBlockSize());', 'Cipher _engine = Cipher.getInstance(%v); System.out.println(_engine.getAlgorithm());'],
	iv => ['IvParameterSpec _spec = new IvParameterSpec(%v); System.out.println(_spec.getIV().length);',
		'Cipher _engine = Cipher.getInstance("AES/CBC/PKCS5Padding"); KeyGenerator _maker = KeyGenerator.getInstance("AES"); _engine.init(1, _maker.generateKey(), new IvParameterSpec(%v)); System.out.println(_engine.getBlockSize());'],
	iterations => ['byte[] _grain = new byte[16]; new SecureRandom().nextBytes(_grain); PBEParameterSpec _spec = new PBEParameterSpec(_grain, %v); System.out.println(_spec.getIterationCount());',
		'byte[] _grain = new SecureRandom().generateSeed(16); PBEKeySpec _spec = new PBEKeySpec(System.getenv("SERVICE_ENTRY").toCharArray(), _grain, %v, 256); System.out.println(_spec.getKeyLength());'],
	cipher => ['Cipher _engine = Cipher.getInstance(%v); System.out.println(_engine.getBlockSize());', 'Cipher _engine = Cipher.getInstance(%v); System.out.println(_engine.getAlgorithm());'],
	asymmetric => ['KeyPairGenerator _maker = KeyPairGenerator.getInstance("RSA"); _maker.initialize(%v); System.out.println(_maker.getAlgorithm());'],
	digest => ['MessageDigest _sum = MessageDigest.getInstance(%v); System.out.println(_sum.getDigestLength());',
		'MessageDigest _sum = MessageDigest.getInstance(%v); _sum.update("%n".getBytes()); System.out.println(_sum.digest().length);'],
	seed => ['SecureRandom _dice = new SecureRandom(%v); System.out.println(_dice.nextInt());', 'SecureRandom _dice = new SecureRandom(); _dice.setSeed(%v); System.out.println(_dice.nextInt());'],
);

my @CLEAN_CIPHERS = ('AES/GCM/NoPadding', 'AES/CBC/PKCS5Padding', 'AES/CTR/NoPadding');
my %TEXTS = (
	ecb => [['AES/ECB/PKCS5Padding', 'AES/ECB/NoPadding', 'AES', 'AES/ECB/PKCS5Padding'], \@CLEAN_CIPHERS],
	cipher => [['DES/CBC/PKCS5Padding', 'DESede/CBC/PKCS5Padding', 'RC4', 'ARCFOUR', 'RC2/CBC/PKCS5Padding', 'Blowfish/CBC/PKCS5Padding',
		'DES/CBC/NoPadding', 'DESede/CBC/NoPadding', 'IDEA/CBC/PKCS5Padding'], \@CLEAN_CIPHERS],
	digest => [['MD2', 'MD4', 'MD5', 'SHA-1', 'SHA1', 'MD5', 'SHA-1'], ['SHA-256', 'SHA-384', 'SHA-512', 'SHA3-256']],
);
my %NUMBERS = (
	iterations => [[1, 5, 10, 50, 64, 100, 128, 256, 500, 512, 999], [1000, 4096, 10000, 20000, 65536, 120000, 310000]],
	asymmetric => [[512, 768, 1024, 1024, 1536], [2048, 3072, 4096]],
);
my %TYPES = (key => ['byte[]', 'String'], iv => ['byte[]', 'String'], salt => ['byte[]', 'String'], seed => ['byte[]', 'String', 'long'],
	'password-pbe' => ['char[]', 'String'], 'password-keystore' => ['char[]', 'String']);

# the value of a category in a type (undef: any): misuse, clean, other clean, and the call
sub plan {
	my ($r, $category, $wanted) = @_;
	my %plan = (category => $category, classes => []);
	if (my $texts = $TEXTS{$category}) {
		my ($bad, $good) = @$texts;
		@plan{qw(type bad)} = ('String', literal($r->pick(@$bad)));
		my @good = $r->shuffle(@$good);
		@plan{qw(good other)} = (literal($good[0]), literal($good[1]));
	} elsif (my $numbers = $NUMBERS{$category}) {
		my ($bad, $good) = @$numbers;
		@plan{qw(type bad good other)} = ('int', number($r->pick(@$bad)), number($r->pick(@$good)), number($r->pick(@$good)));
	} elsif ($category eq 'http') {
		my @hosts = map { $r->noun . $r->noun . '.example.' . $r->pick('com', 'org', 'net') . '/' . $r->noun } 1 .. 3;
		@plan{qw(type bad good other)} = ('String', literal("http://$hosts[0]"), literal("https://$hosts[1]"), literal("https://$hosts[2]"));
	} else {
		secret($r, \%plan, $wanted // $r->pick(@{ $TYPES{$category} }));
	}
	$plan{sink} = sink($r, \%plan);
	return \%plan;
}

sub bytes {
	my ($r) = @_;
	return 'new byte[] { ' . join(', ', map { $r->between(-128, 127) } 1 .. 16) . ' }';
}

# a value that must not be a constant
sub secret {
	my ($r, $plan, $type) = @_;
	$plan->{type} = $type;
	my $text = $r->text(16);
	my $random_only = $plan->{category} =~ /^(iv|salt|seed)$/;
	if ($type eq 'String') {
		$plan->{bad} = literal($text);
		$plan->{$_} = { text => fresh_text($r, $plan, $random_only) } for qw(good other);
	} elsif ($type eq 'long') {
		$plan->{bad} = { text => $r->pick($r->below(100000), $r->below(100), 1234567890123 + $r->below(10000)) . 'L' };
		$plan->{$_} = { text => 'new SecureRandom().nextLong()' } for qw(good other);
	} elsif ($type eq 'char[]') {
		my $chars = 'new char[] { ' . join(', ', map { "'$_'" } split //, substr $text, 0, 8) . ' }';
		$plan->{bad} = { text => $r->chance(60) ? quoted($text) . '.toCharArray()' : $chars };
		$plan->{$_} = { text => fresh_text($r, $plan, 0) . '.toCharArray()' } for qw(good other);
	} else {
		$plan->{bad} = { text => $r->chance(50) ? bytes($r) : quoted($text) . $r->pick('.getBytes()', '.getBytes(StandardCharsets.UTF_8)') };
		$plan->{$_} = { text => fresh_bytes($r, $plan, $random_only) } for qw(good other);
	}
}

sub fresh_text {
	my ($r, $plan, $random_only) = @_;
	return 'Base64.getEncoder().encodeToString(new SecureRandom().generateSeed(12))' if $random_only;
	return environment($r) if $r->chance(60);
	$plan->{classes} = [$INPUT];
	return '_Input._ask()';
}

sub fresh_bytes {
	my ($r, $plan, $random_only) = @_;
	return 'Base64.getDecoder().decode(' . environment($r) . ')' if !$random_only && $r->chance(25);
	return environment($r) . '.getBytes()' if !$random_only && $r->chance(25);
	return 'new SecureRandom().generateSeed(16)' if $r->chance(50);
	$plan->{classes} = [$FRESH];
	return '_Source._fresh(16)';
}

sub sink {
	my ($r, $plan) = @_;
	my $text = $r->pick(@{ $SINK{ $plan->{category} } });
	$text = $SINK{seed}[1] if $plan->{type} eq 'long';
	my ($noun, $number) = ($r->noun, $r->between(1000, 9000));
	$text =~ s/%n/$noun/g;
	$text =~ s/%i/$number/g;
	my $kind = $plan->{category} =~ /password/ ? '.toCharArray()' : $TYPES{ $plan->{category} } ? $r->pick('.getBytes()', '.getBytes("UTF-8")', '.getBytes(StandardCharsets.UTF_8)') : '';
	$kind = '' if $plan->{type} ne 'String';
	return sub {
		my ($value) = @_;
		return $text =~ s/%v/$value$kind/r;
	};
}

1;
