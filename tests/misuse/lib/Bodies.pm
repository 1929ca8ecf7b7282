# The cases that are about what a body does: verifiers of host names, trust managers, sockets of TLS,
# and generators of random numbers. Each gives its text and the class and method of its label.
package Bodies;
use strict;
use warnings;

our @BODIES;

sub body {
	my ($category, $shape, $write) = @_;
	push @BODIES, { category => $category, shape => $shape, write => $write };
}

# --- hostname: verify always returns true

my $CHECK = 'HttpsURLConnection.getDefaultHostnameVerifier().verify(_host, _session)';
my $SIGNATURE = 'public boolean verify(String _host, SSLSession _session)';

sub verifier_use {
	my ($c, $make) = @_;
	return $c->pick("HttpsURLConnection.setDefaultHostnameVerifier($make);",
		"HttpsURLConnection _link = (HttpsURLConnection) new URL(\"https://" . $c->{r}->noun . ".example.org/\").openConnection(); _link.setHostnameVerifier($make);");
}

# a class with the body given, used in main
sub verifier {
	my ($c, $body, $members, $rest, $arguments) = @_;
	$members //= '';
	$arguments //= '';
	return ($c->main(verifier_use($c, "new _Checker($arguments)")) . " class _Checker implements HostnameVerifier { $members $SIGNATURE { $body } } " . ($rest // ''),
		'_Checker', 'verify');
}

sub log_line { return 'System.out.println("' . $_[0]{r}->noun . ' ' . $_[0]{r}->noun . '");' }

# what reaches the return, and what stands in the code and does not
sub answers {
	my ($c) = @_;
	return $c->{misuse} ? ('true', $c->pick($CHECK, 'false')) : ($c->chance(75) ? $CHECK : 'false', 'true');
}

body hostname => 'basic', sub {
	my ($c) = @_;
	my ($x) = answers($c);
	return verifier($c, "return $x;");
};
body hostname => 'flow', sub {
	my ($c) = @_;
	my ($x, $y) = answers($c);
	return verifier($c, "boolean _fine = $y; " . log_line($c) . " _fine = $x; return _fine;");
};
body hostname => 'field', sub {
	my ($c) = @_;
	my ($x, $y) = $c->{misuse} ? ('true', 'false') : ('false', 'true');
	my $fields = $c->either_order("private boolean _kept = $x;", "private boolean _left = $y;");
	return verifier($c, 'System.out.println(_left); return _kept;', $fields);
};
body hostname => 'field', sub {
	my ($c) = @_;
	my $x = $c->{misuse} ? 'true' : 'false';
	return verifier($c, 'return _fine;', 'private final boolean _fine; _Checker(boolean _given) { this._fine = _given; }', '', $x);
};
body hostname => 'hops2', sub {
	my ($c) = @_;
	my ($x, $y) = answers($c);
	my ($helper, $at) = $c->helper('_Worker', "boolean _judge(String _host, SSLSession _session) { return _decide(_host, _session); }",
		"boolean _decide(String _host, SSLSession _session) { return $x; }", "boolean _unlike(String _host, SSLSession _session) { return $y; }");
	return verifier($c, "return $at._judge(_host, _session);", '', $helper);
};
body hostname => 'hops3', sub {
	my ($c) = @_;
	my ($x) = answers($c);
	my ($last, $at_last) = $c->helper('_Last', "boolean _decide(String _host, SSLSession _session) { return $x; }");
	my ($mid, $at_mid) = $c->helper('_Middle', "boolean _pass(String _host, SSLSession _session) { boolean _got = $at_last._decide(_host, _session); return _got; }");
	return verifier($c, 'return _start(_host, _session);', "private boolean _start(String _host, SSLSession _session) { return $at_mid._pass(_host, _session); }", "$mid $last");
};
body hostname => 'returns', sub {
	my ($c) = @_;
	my ($x) = answers($c);
	return ($c->main(verifier_use($c, '_Factory._make()')) . " class _Factory { static HostnameVerifier _make() { return new HostnameVerifier() { $SIGNATURE { return $x; } }; } }", '_Factory$1', 'verify');
};
body hostname => 'dispatch', sub {
	my ($c) = @_;
	my ($x, $y) = answers($c);
	return verifier($c, 'return _judge(_host, _session);', "boolean _judge(String _host, SSLSession _session) { return _base._ask(_host, _session); } private final _Judge _base = new _Left();",
		"interface _Judge { boolean _ask(String _host, SSLSession _session); } class _Left implements _Judge { public boolean _ask(String _host, SSLSession _session) { return $x; } } "
		. "class _Right implements _Judge { public boolean _ask(String _host, SSLSession _session) { return $y; } }");
};
body hostname => 'path', sub {
	my ($c) = @_;
	my ($x, $y) = answers($c);
	my $n = $c->number(2, 9);
	return verifier($c, "int _choice = $n; if (_choice > 1) { return $x; } return $y;");
};
body hostname => 'path', sub {
	my ($c) = @_;
	my ($x, $y) = answers($c);
	my ($value, $yes, $no) = $c->chance(50) ? ('true', $x, $y) : ('false', $y, $x);
	return verifier($c, "if (_STRICT) { return $yes; } else { return $no; }", "private static boolean _STRICT = $value;");
};
body hostname => 'switch', sub {
	my ($c) = @_;
	my ($x, $y) = answers($c);
	my $n = $c->number(1, 2);
	my $cases = join ' ', map { "case $_: return " . ($_ == $n ? $x : $y) . ';' } 1, 2;
	return verifier($c, "int _mode = $n; switch (_mode) { $cases default: return $y; }");
};
body hostname => 'combined', sub {
	my ($c) = @_;
	my ($x, $y) = answers($c);
	my $n = $c->number(1, 6);
	my ($helper, $at) = $c->helper('_Worker', "boolean _judge(int _level, String _host, SSLSession _session) { if (_level >= $n) { return $x; } return $y; }");
	return verifier($c, "return $at._judge(_level, _host, _session);", 'private final int _level; _Checker(int _given) { this._level = _given; }', $helper, $n + $c->number(0, 2));
};
body hostname => 'trycatch', sub {
	my ($c) = @_;
	my $then = $c->{misuse} ? 'true' : 'false';
	my $first = $c->{misuse} ? "System.out.println($CHECK); return true;" : "return $CHECK;";
	return verifier($c, "try { $first } catch (RuntimeException _bad) { System.out.println(_bad.getMessage()); return $then; }");
};
body hostname => 'lambda', sub {
	my ($c) = @_;
	my ($x) = answers($c);
	return ($c->main("HostnameVerifier _checker = (_host, _session) -> $x; " . verifier_use($c, '_checker')), '_Main', 'lambda$main$0');
};
body hostname => 'array', sub {
	my ($c) = @_;
	my ($x, $y) = $c->{misuse} ? ('true', 'false') : ('false', 'true');
	my ($list, $at) = @{ $c->pick(["$x, $y", 0], ["$y, $x", 1]) };
	return verifier($c, "boolean[] _marks = new boolean[] { $list }; return _marks[$at];");
};
body hostname => 'nested', sub {
	my ($c) = @_;
	my ($x) = answers($c);
	return ($c->main(verifier_use($c, 'new _Inner()'), "static class _Inner implements HostnameVerifier { $SIGNATURE { " . log_line($c) . " return $x; } }"), '_Main$_Inner', 'verify');
};
body hostname => 'nested', sub {
	my ($c) = @_;
	my ($x) = answers($c);
	return ($c->main("HostnameVerifier _checker = new HostnameVerifier() { $SIGNATURE { " . log_line($c) . " return $x; } }; " . verifier_use($c, '_checker')), '_Main$1', 'verify');
};
body hostname => 'builder', sub {
	my ($c) = @_;
	my ($a, $b) = ($c->{r}->noun, $c->{r}->noun);
	my $other = $c->{misuse} ? "$a$b" : "$a$b" . 'x';
	return verifier($c, "String _text = new StringBuilder().append(\"$a\").append(\"$b\").toString(); return _text.equals(\"$other\");");
};

# --- trust: checkServerTrusted accepts everything

my $TRUST = 'private final X509TrustManager _base; _Manager(X509TrustManager _given) { this._base = _given; }';
my $SERVER = 'public void checkServerTrusted(X509Certificate[] _chain, String _kind) throws CertificateException';
my $PASS = '_base.checkServerTrusted(_chain, _kind);';
my $REST = 'public void checkClientTrusted(X509Certificate[] _chain, String _kind) throws CertificateException { _base.checkClientTrusted(_chain, _kind); } '
	. 'public X509Certificate[] getAcceptedIssuers() { return _base.getAcceptedIssuers(); }';
my $FACTORY = 'TrustManagerFactory _maker = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm()); KeyStore _none = null; _maker.init(_none); '
	. 'X509TrustManager _system = (X509TrustManager) _maker.getTrustManagers()[0];';

sub trust_use {
	my ($make) = @_;
	return "$FACTORY SSLContext _context = SSLContext.getInstance(\"TLS\"); TrustManager[] _list = new TrustManager[] { $make }; _context.init(null, _list, new SecureRandom()); "
		. 'HttpsURLConnection.setDefaultSSLSocketFactory(_context.getSocketFactory());';
}

sub manager {
	my ($c, $body, $members, $rest, $arguments) = @_;
	$members //= '';
	$arguments //= '';
	my $fields = $members =~ /_Manager\(/ ? '' : $TRUST;
	my @methods = $c->{r}->shuffle("$SERVER { $body }", $REST);
	return ($c->main(trust_use("new _Manager(_system$arguments)")) . " class _Manager implements X509TrustManager { $fields $members @methods } " . ($rest // ''), '_Manager', 'checkServerTrusted');
}

# a body that checks, or one that does not; and one that stands in the code and does not count
sub checks {
	my ($c) = @_;
	my $empty = $c->pick('', log_line($c));
	my $real = $c->chance(75) ? $PASS : 'throw new CertificateException("' . $c->{r}->noun . '");';
	return $c->{misuse} ? ($empty, $real) : ($real, $empty);
}

body trust => 'basic', sub {
	my ($c) = @_;
	return manager($c, $c->{misuse} ? '' : $PASS);
};
body trust => 'basic', sub {
	my ($c) = @_;
	my $log = 'System.out.println(_kind); System.out.println(_chain.length);';
	return manager($c, $c->{misuse} ? $log : "$log $PASS");
};
body trust => 'trycatch', sub {
	my ($c) = @_;
	my $end = $c->{misuse} ? '' : $c->pick('throw _bad;', 'throw new CertificateException(_bad.getMessage());');
	return manager($c, "try { $PASS } catch (CertificateException _bad) { System.out.println(_bad.getMessage()); $end }");
};
body trust => 'trycatch', sub {
	my ($c) = @_;
	my $word = $c->{r}->noun;
	return manager($c, $c->{misuse} ? "try { throw new CertificateException(\"$word\"); } catch (CertificateException _bad) { System.out.println(\"$word\"); }"
		: "try { System.out.println(\"$word\"); } finally { $PASS }");
};
body trust => 'flow', sub {
	my ($c) = @_;
	my $word = $c->{r}->noun;
	my $end = $c->{misuse} ? 'System.out.println(_bad.getMessage());' : 'throw _bad;';
	return manager($c, "CertificateException _bad = new CertificateException(\"$word\"); System.out.println(_chain.length); $end");
};
body trust => 'path', sub {
	my ($c) = @_;
	my ($x, $y) = checks($c);
	my ($value, $yes, $no) = $c->chance(50) ? ('true', $x, $y) : ('false', $y, $x);
	return manager($c, "boolean _strict = $value; if (_strict) { $yes } else { $no }");
};
body trust => 'path', sub {
	my ($c) = @_;
	my $n = $c->number(2, 9);
	my $operator = $c->{misuse} ? '<' : '>';
	return manager($c, "int _level = $n; if (_level $operator 1) { $PASS }");
};
body trust => 'switch', sub {
	my ($c) = @_;
	my $n = $c->number(1, 2);
	my $cases = join ' ', map { "case $_: " . (($_ == $n) == !!$c->{misuse} ? log_line($c) : $PASS) . ' break;' } 1, 2;
	return manager($c, "int _mode = $n; switch (_mode) { $cases default: $PASS break; }");
};
body trust => 'field', sub {
	my ($c) = @_;
	my $value = $c->{misuse} ? 'false' : 'true';
	return manager($c, "if (_strict) { $PASS }", "private final boolean _strict = $value;");
};
body trust => 'field', sub {
	my ($c) = @_;
	my $value = $c->{misuse} ? 'false' : 'true';
	return manager($c, "if (_strict) { $PASS }", 'private final X509TrustManager _base; private final boolean _strict; _Manager(X509TrustManager _given, boolean _mode) { this._base = _given; this._strict = _mode; }', '', ", $value");
};
body trust => 'hops2', sub {
	my ($c) = @_;
	my ($x) = checks($c);
	$x =~ s/_base\./_given./;
	my ($helper, $at) = $c->helper('_Worker', "void _check(X509TrustManager _given, X509Certificate[] _chain, String _kind) throws CertificateException { _really(_given, _chain, _kind); }",
		"void _really(X509TrustManager _given, X509Certificate[] _chain, String _kind) throws CertificateException { $x }");
	return manager($c, "$at._check(_base, _chain, _kind);", '', $helper);
};
body trust => 'hops3', sub {
	my ($c) = @_;
	my ($x) = checks($c);
	$x =~ s/_base\./_given./;
	my ($last, $at_last) = $c->helper('_Last', "void _really(X509TrustManager _given, X509Certificate[] _chain, String _kind) throws CertificateException { $x }");
	my ($mid, $at_mid) = $c->helper('_Middle', "void _check(X509TrustManager _given, X509Certificate[] _chain, String _kind) throws CertificateException { $at_last._really(_given, _chain, _kind); }");
	return manager($c, '_start(_chain, _kind);', "private void _start(X509Certificate[] _chain, String _kind) throws CertificateException { $at_mid._check(_base, _chain, _kind); }", "$mid $last");
};
body trust => 'combined', sub {
	my ($c) = @_;
	my ($x, $y) = checks($c);
	s/_base\./_given./ for $x, $y;
	my $n = $c->number(1, 6);
	my ($helper, $at) = $c->helper('_Worker', "void _check(int _mode, X509TrustManager _given, X509Certificate[] _chain) throws CertificateException { String _kind = \"RSA\"; if (_mode >= $n) { $x } else { $y } }");
	return manager($c, "$at._check(_level, _base, _chain);", "private int _level; private final X509TrustManager _base; _Manager(X509TrustManager _given) { this._base = _given; this._level = $n; }", $helper);
};
body trust => 'dispatch', sub {
	my ($c) = @_;
	my ($x, $y) = checks($c);
	s/_base\./_given./ for $x, $y;
	my $take = 'public void _ask(X509TrustManager _given, X509Certificate[] _chain, String _kind) throws CertificateException';
	return manager($c, '_judge._ask(_base, _chain, _kind);', 'private final _Judge _judge = new _Left();',
		"interface _Judge { void _ask(X509TrustManager _given, X509Certificate[] _chain, String _kind) throws CertificateException; } class _Left implements _Judge { $take { $x } } class _Right implements _Judge { $take { $y } }");
};
body trust => 'returns', sub {
	my ($c) = @_;
	my ($x) = checks($c);
	return ($c->main(trust_use('_Factory._make(_system)')) . " class _Factory { static X509TrustManager _make(X509TrustManager _base) { return new X509TrustManager() { $SERVER { $x } $REST }; } }",
		'_Factory$1', 'checkServerTrusted');
};
body trust => 'nested', sub {
	my ($c) = @_;
	my ($x) = checks($c);
	return ($c->main(trust_use('new _Inner(_system)'), 'static class _Inner implements X509TrustManager { ' . ($TRUST =~ s/_Manager/_Inner/gr) . " $SERVER { $x } $REST }"), '_Main$_Inner', 'checkServerTrusted');
};
body trust => 'builder', sub {
	my ($c) = @_;
	my $pin = $c->{r}->text(64, '0123456789abcdef');
	my $end = $c->{misuse} ? 'System.out.println(_text.length());' : "if (!_text.toString().equals(\"$pin\")) { throw new CertificateException(\"" . $c->{r}->noun . '"); }';
	return manager($c, 'StringBuilder _text = new StringBuilder(); byte[] _code = _chain[0].getPublicKey().getEncoded(); for (int _i = 0; _i < 32; _i++) { _text.append(Integer.toHexString(_code[_i] & 255)); } ' . $end);
};
body trust => 'loop', sub {
	my ($c) = @_;
	my $word = $c->{r}->noun;
	my $inside = $c->{misuse} ? 'System.out.println(_one.getPublicKey().getAlgorithm());' : "System.out.println(\"$word\");";
	return manager($c, "for (X509Certificate _one : _chain) { $inside }" . ($c->{misuse} ? '' : " $PASS"));
};

# --- socket: a TLS socket whose peer's name nobody verifies

my $VERIFY = 'if (!HttpsURLConnection.getDefaultHostnameVerifier().verify(_host, _socket.getSession())) { throw new SSLException(_host); }';
my $ENDPOINT = 'SSLParameters _rules = _socket.getSSLParameters(); _rules.setEndpointIdentificationAlgorithm("HTTPS"); _socket.setSSLParameters(_rules);';
my $WRITE = '_socket.getOutputStream().write("hello".getBytes()); _socket.close();';

sub open_socket {
	my ($c) = @_;
	my $host = $c->{r}->noun . '.example.org';
	return "String _host = \"$host\"; SSLSocketFactory _maker = (SSLSocketFactory) SSLSocketFactory.getDefault(); SSLSocket _socket = (SSLSocket) _maker.createSocket(_host, 443);";
}

# what verifies the name, or something of that size which does not
sub verified {
	my ($c, $misuse) = @_;
	return $c->pick($VERIFY, $ENDPOINT) unless $misuse;
	return $c->pick('_socket.startHandshake();', 'System.out.println(_socket.getSession().getCipherSuite());', '_socket.setSoTimeout(3000);',
		'SSLParameters _rules = _socket.getSSLParameters(); _rules.setProtocols(new String[] { "TLSv1.3" }); _socket.setSSLParameters(_rules);');
}

body socket => 'basic', sub {
	my ($c) = @_;
	return ($c->main(open_socket($c) . verified($c, $c->{misuse}) . $WRITE), '_Main', 'main');
};
body socket => 'flow', sub {
	my ($c) = @_;
	my $set = $c->{misuse} ? '_rules = new SSLParameters(); _socket.setSSLParameters(_rules);' : '_socket.setSSLParameters(_rules);';
	return ($c->main(open_socket($c) . 'SSLParameters _rules = new SSLParameters(); _rules.setEndpointIdentificationAlgorithm("HTTPS"); ' . "$set $WRITE"), '_Main', 'main');
};
body socket => 'flow', sub {
	my ($c) = @_;
	my $set = $c->{misuse} ? 'System.out.println(_rules.toString());' : '_socket.setSSLParameters(_rules);';
	return ($c->main(open_socket($c) . "SSLParameters _rules = _socket.getSSLParameters(); _rules.setEndpointIdentificationAlgorithm(\"HTTPS\"); $set $WRITE"), '_Main', 'main');
};
body socket => 'field', sub {
	my ($c) = @_;
	my $host = $c->{r}->noun . '.example.org';
	my ($then) = $c->{misuse} ? '_socket.setSoTimeout(2000);' : verified($c, 0);
	return ($c->main("_Client _client = new _Client(); _client._open(); _client._confirm(); _client._greet();")
		. " class _Client { private SSLSocket _socket; private String _host = \"$host\"; void _open() throws IOException { SSLSocketFactory _maker = (SSLSocketFactory) SSLSocketFactory.getDefault(); _socket = (SSLSocket) _maker.createSocket(_host, 443); } "
		. "void _confirm() throws IOException { $then } void _greet() throws IOException { $WRITE } }", '_Client', '_open');
};
for my $hops (2, 3) {
	body socket => "hops$hops", sub {
		my ($c) = @_;
		my ($last, $at_last) = $c->helper('_Last', 'void _confirm(SSLSocket _socket, String _host) throws IOException { ' . verified($c, $c->{misuse}) . ' }');
		my ($mid, $at_mid) = $c->helper('_Middle', "void _pass(SSLSocket _socket, String _host) throws IOException { $at_last._confirm(_socket, _host); }");
		my $call = $hops == 2 ? $at_mid . '._pass' : '_start';
		my $start = $hops == 2 ? '' : "static void _start(SSLSocket _socket, String _host) throws IOException { $at_mid._pass(_socket, _host); }";
		return ($c->main(open_socket($c) . "$call(_socket, _host); $WRITE", $start) . " $mid $last", '_Main', 'main');
	};
}
body socket => 'returns', sub {
	my ($c) = @_;
	my $then = verified($c, $c->{misuse});
	return ($c->main("SSLSocket _socket = _Factory._make(); $then $WRITE" =~ s/_host/"_far.example.org"/gr) . ' class _Factory { static SSLSocket _make() throws IOException { ' . open_socket($c) . ' return _socket; } }', '_Factory', '_make');
};
body socket => 'returns', sub {
	my ($c) = @_;
	my $then = verified($c, $c->{misuse});
	return ($c->main("SSLSocket _socket = _Factory._make(); $WRITE") . ' class _Factory { static SSLSocket _make() throws IOException { ' . open_socket($c) . " $then return _socket; } }", '_Factory', '_make');
};
body socket => 'dispatch', sub {
	my ($c) = @_;
	my ($x, $y) = (verified($c, $c->{misuse}), verified($c, !$c->{misuse}));
	my $take = 'public void _confirm(SSLSocket _socket, String _host) throws IOException';
	return ($c->main('_Judge _judge = new _Left(); ' . open_socket($c) . "_judge._confirm(_socket, _host); $WRITE")
		. " interface _Judge { void _confirm(SSLSocket _socket, String _host) throws IOException; } class _Left implements _Judge { $take { $x } } class _Right implements _Judge { $take { $y } }", '_Main', 'main');
};
body socket => 'path', sub {
	my ($c) = @_;
	my $n = $c->number(2, 9);
	my $operator = $c->{misuse} ? '<' : '>';
	return ($c->main("int _level = $n; " . open_socket($c) . "if (_level $operator 1) { " . verified($c, 0) . " } $WRITE"), '_Main', 'main');
};
body socket => 'combined', sub {
	my ($c) = @_;
	my $mode = $c->{misuse} ? 'false' : 'true';
	return ($c->object(open_socket($c) . "_confirm(_socket, _host); $WRITE", "private boolean _strict = $mode; private void _confirm(SSLSocket _socket, String _host) throws IOException { if (_strict) { " . verified($c, 0) . ' } }'), '_Main', '_work');
};
body socket => 'nested', sub {
	my ($c) = @_;
	return ($c->main('_Inner._open();', 'static class _Inner { static void _open() throws IOException { ' . open_socket($c) . verified($c, $c->{misuse}) . " $WRITE } }"), '_Main$_Inner', '_open');
};
body socket => 'trycatch', sub {
	my ($c) = @_;
	my $last = $c->{misuse} ? 'System.out.println("' . $c->{r}->noun . '");' : $VERIFY;
	return ($c->main(open_socket($c) . "try { _socket.startHandshake(); $last } finally { _socket.setSoTimeout(1000); } $WRITE"), '_Main', 'main');
};
body socket => 'builder', sub {
	my ($c) = @_;
	my ($a, $b) = $c->{misuse} ? ('', '') : ('HT', 'TPS');
	return ($c->main(open_socket($c) . "String _name = new StringBuilder().append(\"$a\").append(\"$b\").toString(); SSLParameters _rules = _socket.getSSLParameters(); _rules.setEndpointIdentificationAlgorithm(_name); _socket.setSSLParameters(_rules); $WRITE"), '_Main', 'main');
};
body socket => 'lambda', sub {
	my ($c) = @_;
	return ($c->main('_Job _job = () -> { ' . open_socket($c) . verified($c, $c->{misuse}) . " $WRITE }; _job._perform();") . ' interface _Job { void _perform() throws Exception; }', '_Main', 'lambda$main$0');
};

# --- prng: java.util.Random or Math.random; the clean twin makes no such generator

sub maker { return $_[0]{misuse} ? 'new Random()' : 'new SecureRandom()' }

body prng => 'basic', sub {
	my ($c) = @_;
	return ($c->main('Random _dice = ' . maker($c) . '; System.out.println(_dice.nextInt());'), '_Main', 'main');
};
body prng => 'basic', sub {
	my ($c) = @_;
	my $n = $c->number(100, 9999);
	return ($c->main($c->{misuse} ? "int _code = (int) (Math.random() * $n); System.out.println(_code);" : "int _code = new SecureRandom().nextInt($n); System.out.println(_code);"), '_Main', 'main');
};
body prng => 'flow', sub {
	my ($c) = @_;
	return ($c->object('Random _dice = null; ' . $c->fill . '_dice = ' . maker($c) . '; byte[] _code = new byte[16]; _dice.nextBytes(_code); System.out.println(_code.length);'), '_Main', '_work');
};
body prng => 'field', sub {
	my ($c) = @_;
	return ($c->object('System.out.println(_dice.nextInt());', 'private final Random _dice; _Main() { this._dice = ' . maker($c) . '; }'), '_Main', '<init>');
};
body prng => 'field', sub {
	my ($c) = @_;
	return ($c->main('byte[] _code = new byte[16]; _DICE.nextBytes(_code); System.out.println(_code.length);', 'private static final Random _DICE = ' . maker($c) . ';'), '_Main', '<clinit>');
};
body prng => 'hops2', sub {
	my ($c) = @_;
	my ($last, $at_last) = $c->helper('_Last', 'int _make() { Random _dice = ' . maker($c) . '; return _dice.nextInt(); }');
	my ($mid, $at_mid) = $c->helper('_Middle', "int _fetch() { return $at_last._make(); }");
	return ($c->main("System.out.println($at_mid._fetch());") . " $mid $last", '_Last', '_make');
};
body prng => 'hops3', sub {
	my ($c) = @_;
	my ($last, $at_last) = $c->helper('_Last', 'void _fill(byte[] _room) { Random _dice = ' . maker($c) . '; _dice.nextBytes(_room); }');
	my ($third, $at_third) = $c->helper('_Third', "void _hand(byte[] _room) { $at_last._fill(_room); }");
	my ($second, $at_second) = $c->helper('_Second', "void _pass(byte[] _room) { $at_third._hand(_room); }");
	return ($c->main("byte[] _code = new byte[20]; $at_second._pass(_code); System.out.println(_code.length);") . " $second $third $last", '_Last', '_fill');
};
body prng => 'returns', sub {
	my ($c) = @_;
	return ($c->main('long _code = _Factory._make(); System.out.println(_code);') . ' class _Factory { static long _make() { Random _dice = ' . maker($c) . '; long _first = _dice.nextLong(); return _first; } }', '_Factory', '_make');
};
body prng => 'dispatch', sub {
	my ($c) = @_;
	return ($c->main('_Giver _one = new _Left(); System.out.println(_one._give());') . ' interface _Giver { int _give(); } class _Left implements _Giver { public int _give() { Random _dice = ' . maker($c) . '; return _dice.nextInt(1000); } } '
		. 'class _Right implements _Giver { public int _give() { return ' . $c->number(1, 99) . '; } }', '_Left', '_give');
};
body prng => 'path', sub {
	my ($c) = @_;
	my $n = $c->number(2, 9);
	return ($c->main("int _level = $n; Random _dice = null; if (_level > 1) { _dice = " . maker($c) . '; } System.out.println(_dice.nextLong());'), '_Main', 'main');
};
body prng => 'combined', sub {
	my ($c) = @_;
	my ($helper, $at) = $c->helper('_Worker', 'int _act(int _mode) { if (_mode > 3) { Random _dice = ' . maker($c) . '; return _dice.nextInt(_mode); } return 0; }');
	return ($c->object("System.out.println($at._act(_level));", 'private int _level = ' . $c->number(4, 40) . ';') . " $helper", '_Worker', '_act');
};
body prng => 'loop', sub {
	my ($c) = @_;
	my $n = $c->number(4, 12);
	return ($c->main('Random _dice = ' . maker($c) . "; StringBuilder _text = new StringBuilder(); for (int _i = 0; _i < $n; _i++) { _text.append(_dice.nextInt(10)); } System.out.println(_text.toString());"), '_Main', 'main');
};
body prng => 'nested', sub {
	my ($c) = @_;
	return ($c->main('System.out.println(_Inner._make());', 'static class _Inner { static int _make() { Random _dice = ' . maker($c) . '; return _dice.nextInt(); } }'), '_Main$_Inner', '_make');
};
body prng => 'lambda', sub {
	my ($c) = @_;
	return ($c->main('_Giver _giver = () -> { Random _dice = ' . maker($c) . '; return _dice.nextInt(); }; System.out.println(_giver._give());') . ' interface _Giver { int _give() throws Exception; }', '_Main', 'lambda$main$0');
};
body prng => 'collection', sub {
	my ($c) = @_;
	return ($c->main('List<Random> _list = new ArrayList<Random>(); _list.add(' . maker($c) . '); Random _dice = _list.get(0); System.out.println(_dice.nextInt());'), '_Main', 'main');
};
body prng => 'array', sub {
	my ($c) = @_;
	return ($c->main('Random[] _list = new Random[1]; _list[0] = ' . maker($c) . '; byte[] _code = new byte[12]; _list[0].nextBytes(_code); System.out.println(_code.length);'), '_Main', 'main');
};

1;
