# More shapes: through arrays, texts put together, collections, decoders, and parts of the language.
package Shapes;
use strict;
use warnings;

my $ANY = qr/./;
my $TEXT = qr/^String$/;
my $INT = qr/^int$/;
my $LONG = qr/^long$/;
my $BYTES = qr/^byte\[\]$/;
my $CHARS = qr/^char\[\]$/;
my $ARRAY = qr/\]$/;

shape array => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $at = $c->number(0, 2);
	my $list = join ', ', map { $_ == $at ? $x : $y } 0 .. 2;
	return $c->main("$t\[] _list = new $t\[] { $list }; " . $c->fill . $c->sink("_list[$at]"));
};
shape array => $ANY, sub {
	my ($c) = @_;
	my ($t, $b, $x, $y) = ($c->type, $c->boxed_type, $c->box($c->x), $c->box($c->y));
	my ($one, $two) = $c->chance(50) ? (0, 1) : (1, 0);
	my $get = $c->unbox("(($b) _list[$one])");
	return $c->object("Object[] _list = new Object[2]; _list[$one] = $x; _list[$two] = $y; $t _v = $get; " . $c->sink('_v'));
};
shape array => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->main("$t\[] _list = " . $c->two . "; _list[0] = $y; _list[1] = $y; int _at = 1; _list[_at] = $x; $t _v = _list[1]; " . $c->use('_list[0]') . $c->sink('_v'));
};
shape array => $BYTES, sub {
	my ($c) = @_;
	my $put = join ' ', map { "_v[$_] = (byte) " . $c->number(-99, 99) . ';' } 0 .. 15;
	my $fresh = 'new SecureRandom().nextBytes(_v);';
	my $body = $c->{misuse} ? "byte[] _v = new byte[16]; $fresh _v = new byte[16]; $put" : "byte[] _v = new byte[16]; $put $fresh";
	return $c->main("$body " . $c->sink('_v'));
};
shape array => $ARRAY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $base = $t =~ s/\[\]//r;
	return $c->main("$t _from = $x; $t _other = $y; $t _v = new $base\[_from.length]; System.arraycopy(_from, 0, _v, 0, _from.length); " . $c->use('_other') . $c->sink('_v'));
};
shape array => $ARRAY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $copy = $c->pick('Arrays.copyOf(_from, _from.length)', 'Arrays.copyOfRange(_from, 0, _from.length)');
	return $c->object("$t _from = $x; $t _other = $y; $t _v = $copy; " . $c->use('_other') . $c->sink('_v'));
};
shape array => $TEXT, sub {
	my ($c) = @_;
	my ($x, $y) = ($c->x, $c->y);
	return $c->main("char[] _letters = $x.toCharArray(); char[] _other = $y.toCharArray(); System.out.println(_other.length); String _v = new String(_letters); " . $c->sink('_v'));
};
shape array => $TEXT, sub {
	my ($c) = @_;
	my ($x, $y) = map { defined $_->{literal} ? "\"$_->{literal}\"" : $_->{text} } $c->{x}, $c->{y};
	my ($all, $at) = @{ $c->pick(["$x + \",\" + $y", 0], ["$y + \",\" + $x", 1]) };
	return $c->main("String _all = $all; String[] _parts = _all.split(\",\"); String _v = _parts[$at]; " . $c->sink('_v'));
};
shape array => $BYTES, sub {
	my ($c) = @_;
	my ($x, $y) = ($c->x, $c->y);
	return $c->main("byte[] _v = new byte[16]; byte[] _other = $y; _copy($x, _v); " . $c->use('_other') . $c->sink('_v'),
		'static void _copy(byte[] _from, byte[] _to) { for (int _i = 0; _i < 16; _i++) { _to[_i] = _from[_i]; } }');
};

my @BUILD = (
	sub { my ($c, $v) = @_; my ($a, $b) = $c->halves($v); "new StringBuilder().append($a).append($b).toString()" },
	sub { my ($c, $v) = @_; my ($a, $b) = $c->halves($v); "new StringBuilder($b).insert(0, $a).toString()" },
	sub { my ($c, $v) = @_; my ($a, $b) = $c->halves($v); "$a.concat($b)" },
	sub { my ($c, $v) = @_; my ($a, $b) = $c->halves($v); "String.format(\"%s%s\", new Object[] { $a, $b })" },
	sub { my ($c, $v) = @_; my ($a, $b) = $c->halves($v); "String.join(\"\", new String[] { $a, $b })" },
	sub { my ($c, $v) = @_; defined $v->{literal} ? "\"  $v->{literal} \".trim()" : "$v->{text}.trim()" },
	sub {
		my ($c, $v) = @_;
		my $text = defined $v->{literal} ? '"' . scalar(reverse $v->{literal}) . '"' : $v->{text};
		return "new StringBuilder($text).reverse().toString()";
	},
	sub {
		my ($c, $v) = @_;
		return "$v->{text}.substring(0)" unless defined $v->{literal};
		my ($before, $after) = ($c->{r}->noun, $c->{r}->noun);
		return "\"$before$v->{literal}$after\".substring(" . length($before) . ', ' . length($before . $v->{literal}) . ')';
	},
	sub {
		my ($c, $v) = @_;
		return "$v->{text}.replace(\"#\", \"x\")" unless defined $v->{literal};
		my $letter = substr $v->{literal}, $c->{r}->below(length $v->{literal}), 1;
		return '"' . ($v->{literal} =~ s/\Q$letter\E/#/gr) . "\".replace(" . $c->pick("\"#\", \"$letter\"", "'#', '$letter'") . ')';
	},
	sub {
		my ($c, $v) = @_;
		return "$v->{text}.toUpperCase()" unless defined $v->{literal};
		return '"' . lc($v->{literal}) . '".toUpperCase()' if $v->{literal} eq uc $v->{literal};
		return '"' . uc($v->{literal}) . '".toLowerCase()' if $v->{literal} eq lc $v->{literal};
		return 'String.valueOf("' . $v->{literal} . '".toCharArray())';
	},
);
for my $build (@BUILD) {
	shape builder => $TEXT, sub {
		my ($c) = @_;
		my ($x, $y) = ($build->($c, $c->{x}), $build->($c, $c->{y}));
		return $c->main("String _other = $y; String _v = $x; " . $c->use('_other') . $c->sink('_v'));
	};
}
shape builder => $TEXT, sub {
	my ($c) = @_;
	my ($a, $b) = $c->halves($c->{x});
	my ($d, $e) = $c->halves($c->{y});
	return $c->object("String _a = $a; String _b = $b; String _d = $d; String _e = $e; String _v = _a + _b; String _other = _d + _e; " . $c->use('_other') . $c->sink('_v'));
};
shape builder => $TEXT, sub {
	my ($c) = @_;
	my ($a, $b) = $c->halves($c->{x});
	my ($d, $e) = $c->halves($c->{y});
	return $c->main("StringBuilder _text = new StringBuilder(); _text.append($d); _text.append($e); _text.setLength(0); _text.append($a); _text.append($b); String _v = _text.toString(); " . $c->sink('_v'));
};
shape builder => $INT, sub {
	my ($c) = @_;
	my ($x, $y) = ($c->x, $c->y);
	my $parse = $c->pick('Integer.parseInt(%)', 'Integer.valueOf(%).intValue()');
	my ($get, $other) = map { $parse =~ s/%/"$_"/r } $x, $y;
	return $c->main("int _v = $get; int _other = $other; System.out.println(_other); " . $c->sink('_v'));
};
shape builder => $INT, sub {
	my ($c) = @_;
	my ($x, $y) = ($c->x, $c->y);
	return $c->object("int _base = $y; int _v = _base - $y + $x; System.out.println(_base); " . $c->sink('_v'));
};
shape builder => $INT, sub {
	my ($c) = @_;
	my ($x, $y) = ($c->x, $c->y);
	return $c->main("String _text = String.valueOf($x); String _other = String.valueOf($y); System.out.println(_other); int _v = Integer.parseInt(_text.trim()); " . $c->sink('_v'));
};
shape builder => $INT, sub {
	my ($c) = @_;
	my ($x, $y) = map { [substr($_, 0, 1), substr($_, 1)] } $c->x, $c->y;
	return $c->main("StringBuilder _text = new StringBuilder(); _text.append($x->[0]).append(\"$x->[1]\"); int _v = Integer.parseInt(_text.toString()); System.out.println(\"$y->[0]$y->[1]\"); " . $c->sink('_v'));
};

shape collection => $ANY, sub {
	my ($c) = @_;
	my ($t, $b, $x, $y) = ($c->type, $c->boxed_type, $c->box($c->x), $c->box($c->y));
	my ($one, $two) = ($c->{r}->noun . 'A', $c->{r}->noun . 'B');
	my $puts = $c->either_order("_table.put(\"$one\", $x);", "_table.put(\"$two\", $y);");
	return $c->main("Map<String,$b> _table = new HashMap<String,$b>(); $puts " . $c->fill . "$t _v = " . $c->unbox("_table.get(\"$one\")") . '; ' . $c->sink('_v'));
};
shape collection => $ANY, sub {
	my ($c) = @_;
	my ($t, $b, $x, $y) = ($c->type, $c->boxed_type, $c->box($c->x), $c->box($c->y));
	my $key = $c->{r}->noun;
	return $c->main("Map<String,$b> _table = new HashMap<String,$b>(); _table.put(\"$key\", $y); _table.put(\"$key\", $x); $t _v = " . $c->unbox("_table.get(\"$key\")") . '; ' . $c->sink('_v'));
};
shape collection => $ANY, sub {
	my ($c) = @_;
	my ($t, $b, $x, $y) = ($c->type, $c->boxed_type, $c->box($c->x), $c->box($c->y));
	my ($first, $second, $at) = $c->chance(50) ? ($x, $y, 0) : ($y, $x, 1);
	return $c->object("List<$b> _list = new ArrayList<$b>(); _list.add($first); _list.add($second); $t _v = " . $c->unbox("_list.get($at)") . '; ' . $c->sink('_v'));
};
shape collection => $ANY, sub {
	my ($c) = @_;
	my ($t, $b, $x, $y) = ($c->type, $c->boxed_type, $c->box($c->x), $c->box($c->y));
	return $c->main("List<$b> _list = new ArrayList<$b>(); _list.add($y); _list.set(0, $x); Iterator<$b> _walk = _list.iterator(); $t _v = " . $c->unbox('_walk.next()') . '; ' . $c->sink('_v'));
};
shape collection => $ANY, sub {
	my ($c) = @_;
	my ($t, $b, $x, $y) = ($c->type, $c->boxed_type, $c->box($c->x), $c->box($c->y));
	my ($add, $other, $get) = @{ $c->pick(['addFirst', 'addLast', 'getFirst'], ['addLast', 'addFirst', 'getLast']) };
	return $c->main("LinkedList<$b> _list = new LinkedList<$b>(); _list.$other($y); _list.$add($x); $t _v = " . $c->unbox("_list.$get()") . '; ' . $c->sink('_v'));
};
shape collection => $TEXT, sub {
	my ($c) = @_;
	my ($x, $y) = ($c->x, $c->y);
	my ($one, $two) = ($c->{r}->noun . '.a', $c->{r}->noun . '.b');
	my $puts = $c->either_order("_table.setProperty(\"$one\", $x);", "_table.setProperty(\"$two\", $y);");
	return $c->main("Properties _table = new Properties(); $puts String _v = _table.getProperty(\"$one\"); " . $c->sink('_v'));
};
shape collection => $TEXT, sub {
	my ($c) = @_;
	my ($x, $y) = ($c->x, $c->y);
	my $key = $c->{r}->noun;
	return $c->object("String _v = _table.getProperty(\"$key\", $x); " . $c->sink('_v'), "private Properties _table = new Properties(); _Main() { _table.setProperty(\"${key}s\", $y); }");
};

shape decode => $BYTES, sub {
	my ($c) = @_;
	my $bad = 'Base64.getDecoder().decode("' . Encode64::text($c->{r}->text($c->pick(15, 16, 24))) . '")';
	my ($x, $y) = $c->{misuse} ? ($bad, $c->{plan}{good}{text}) : ($c->{plan}{good}{text}, $bad);
	return $c->main("byte[] _other = $y; byte[] _v = $x; " . $c->use('_other') . $c->sink('_v'));
};
shape decode => $BYTES, sub {
	my ($c) = @_;
	my $bad = '_unhex("' . $c->{r}->text(32, '0123456789abcdef') . '")';
	my ($x, $y) = $c->{misuse} ? ($bad, $c->{plan}{good}{text}) : ($c->{plan}{good}{text}, $bad);
	return $c->main("byte[] _other = $y; byte[] _v = $x; " . $c->use('_other') . $c->sink('_v'),
		'static byte[] _unhex(String _text) { byte[] _made = new byte[_text.length() / 2]; for (int _i = 0; _i < _made.length; _i++) { '
		. '_made[_i] = (byte) Integer.parseInt(_text.substring(_i * 2, _i * 2 + 2), 16); } return _made; }');
};
shape decode => $BYTES, sub {
	my ($c) = @_;
	my $bad = '_unhex("' . $c->{r}->text(32, '0123456789ABCDEF') . '")';
	my ($x, $y) = $c->{misuse} ? ($bad, $c->{plan}{good}{text}) : ($c->{plan}{good}{text}, $bad);
	return $c->object("byte[] _v = $x; byte[] _other = $y; " . $c->use('_other') . $c->sink('_v'),
		'private static byte[] _unhex(String _text) { int _size = _text.length(); byte[] _made = new byte[_size / 2]; for (int _i = 0; _i < _size; _i += 2) { '
		. '_made[_i / 2] = (byte) ((Character.digit(_text.charAt(_i), 16) << 4) + Character.digit(_text.charAt(_i + 1), 16)); } return _made; }');
};
shape decode => $TEXT, sub {
	my ($c) = @_;
	my ($x, $y) = map { defined $_->{literal} ? 'new String(Base64.getDecoder().decode("' . Encode64::text($_->{literal}) . '"))' : $_->{text} } $c->{x}, $c->{y};
	return $c->main("String _other = $y; String _v = $x; " . $c->use('_other') . $c->sink('_v'));
};
shape decode => $TEXT, sub {
	my ($c) = @_;
	my $mask = $c->number(1, 15);
	my ($x, $y) = map { defined $_->{literal} ? '_clear(new int[] { ' . join(', ', map { ord($_) ^ $mask } split //, $_->{literal}) . ' })' : $_->{text} } $c->{x}, $c->{y};
	return $c->main("String _other = $y; String _v = $x; " . $c->use('_other') . $c->sink('_v'),
		"static String _clear(int[] _codes) { char[] _letters = new char[_codes.length]; for (int _i = 0; _i < _codes.length; _i++) { _letters[_i] = (char) (_codes[_i] ^ $mask); } return new String(_letters); }");
};
shape decode => $INT, sub {
	my ($c) = @_;
	my ($x, $y) = map { sprintf '%x', $_ } $c->x, $c->y;
	return $c->main("int _v = Integer.parseInt(\"$x\", 16); int _other = Integer.parseInt(\"$y\", 16); System.out.println(_other); " . $c->sink('_v'));
};
shape decode => $CHARS, sub {
	my ($c) = @_;
	my $bad = 'new String(Base64.getDecoder().decode("' . Encode64::text($c->{r}->text(12)) . '")).toCharArray()';
	my ($x, $y) = $c->{misuse} ? ($bad, $c->{plan}{good}{text}) : ($c->{plan}{good}{text}, $bad);
	return $c->object("char[] _v = $x; char[] _other = $y; " . $c->use('_other') . $c->sink('_v'));
};
shape decode => $LONG, sub {
	my ($c) = @_;
	my $bad = 'Long.parseLong("' . $c->{r}->text(9, '123456789') . '")';
	my ($x, $y) = $c->{misuse} ? ($bad, $c->{plan}{good}{text}) : ($c->{plan}{good}{text}, $bad);
	return $c->main("long _v = $x; long _other = $y; System.out.println(_other); " . $c->sink('_v'));
};

shape lambda => $ANY, sub {
	my ($c) = @_;
	my ($b, $x, $y) = ($c->boxed_type, $c->box($c->x), $c->box($c->y));
	my $make = $c->either_order("Supplier<$b> _one = () -> $x;", "Supplier<$b> _two = () -> $y;");
	return $c->main("$make " . $c->use($c->unbox('_two.get()')) . $c->sink($c->unbox('_one.get()')));
};
shape lambda => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->main("$t _v = $x; $t _other = $y; " . $c->use('_other') . '_Job _job = () -> { ' . $c->sink('_v') . ' }; _job._perform();')
		. ' interface _Job { void _perform() throws Exception; }';
};
shape lambda => $ANY, sub {
	my ($c) = @_;
	my ($b, $x, $y) = ($c->boxed_type, $c->box($c->x), $c->box($c->y));
	return $c->main("Function<$b,$b> _same = _given -> _given; " . $c->use($c->unbox("_same.apply($y)")) . $c->sink($c->unbox("_same.apply($x)")));
};
shape lambda => $ANY, sub {
	my ($c) = @_;
	my ($b, $x, $y) = ($c->boxed_type, $c->box($c->x), $c->box($c->y));
	return $c->main("$b _seen = $y; System.out.println(\"\" + _seen.hashCode()); _act(() -> $x);",
		"static void _act(Supplier<$b> _from) throws Exception { $b _got = _from.get(); " . $c->sink($c->unbox('_got')) . ' }') if $c->type !~ /\]$/;
	return $c->main("_act(() -> $x);", "static void _act(Supplier<$b> _from) throws Exception { $b _got = _from.get(); " . $c->sink('_got') . ' }');
};

shape enum => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my ($one, $two) = $c->chance(50) ? ("_WANTED($x)", "_UNWANTED($y)") : ("_UNWANTED($y)", "_WANTED($x)");
	return $c->main($c->use('_Kind._UNWANTED._held') . $c->sink('_Kind._WANTED._held')) . " enum _Kind { $one, $two; final $t _held; _Kind($t _given) { this._held = _given; } }";
};
shape enum => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my ($helper, $at) = $c->helper('_Worker', 'void _act(_Kind _kind) throws Exception { ' . $c->sink('_kind._take()') . ' }');
	return $c->main("_Kind _kind = _Kind._WANTED; $at._act(_kind);") . " $helper enum _Kind { _WANTED($x), _UNWANTED($y); private final $t _held; _Kind($t _given) { this._held = _given; } $t _take() { return _held; } }";
};

shape constants => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $fields = $c->either_order("static final $t _WANTED = $x;", "static final $t _UNWANTED = $y;");
	return $c->main($c->use('_Settings._UNWANTED') . $c->sink('_Settings._WANTED')) . " final class _Settings { $fields }";
};
shape constants => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $fields = $c->either_order("public static final $t _WANTED = $x;", "public static final $t _UNWANTED = $y;");
	return $c->object("$t _v = _Settings._UNWANTED; " . $c->use('_v') . '_v = _Settings._WANTED; ' . $c->sink('_v')) . " interface _Settings { $fields }";
};
shape constants => $TEXT, sub {
	my ($c) = @_;
	my ($a, $b) = $c->halves($c->{x});
	my $y = $c->y;
	return $c->main($c->use('_Settings._UNWANTED') . $c->sink('(_Settings._FIRST + _Settings._SECOND)')) . " final class _Settings { static final String _FIRST = $a; static final String _SECOND = $b; static final String _UNWANTED = $y; }";
};

shape nested => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->main("_Inner _one = new _Inner($x); _Inner _two = new _Inner($y); " . $c->use('_two._held') . '_one._act();',
		"static class _Inner { final $t _held; _Inner($t _given) { this._held = _given; } void _act() throws Exception { " . $c->sink('_held') . ' } }');
};
shape nested => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $fields = $c->either_order("static final $t _WANTED = $x;", "static final $t _UNWANTED = $y;");
	return $c->main('_Outer._act();') . " class _Outer { static class _Box { $fields } static void _act() throws Exception { " . $c->use('_Box._UNWANTED') . $c->sink('_Box._WANTED') . ' } }';
};
shape nested => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->main("$t _v = $x; $t _other = $y; " . $c->use('_other') . '_Job _job = new _Job() { public void _perform() throws Exception { ' . $c->sink('_v') . ' } }; _job._perform();')
		. ' interface _Job { void _perform() throws Exception; }';
};
shape nested => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->object('_Job _job = new _Job() { public void _perform() throws Exception { ' . $c->sink('_kept') . ' } }; _job._perform();',
		"$t _kept; $t _left; _Main() { this._kept = $x; this._left = $y; }") . ' interface _Job { void _perform() throws Exception; }';
};

shape trycatch => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $word = $c->{r}->noun;
	return $c->main("$t _v = $y; try { " . $c->use('_v') . "throw new IllegalStateException(\"$word\"); } catch (IllegalStateException _bad) { System.out.println(_bad.getMessage()); _v = $x; } " . $c->sink('_v'));
};
shape trycatch => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $word = $c->{r}->noun;
	return $c->object("$t _v = $y; try { System.out.println(\"$word\"); " . $c->use('_v') . "} finally { _v = $x; } " . $c->sink('_v'));
};
shape trycatch => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->main("$t _other = $y; try { $t _v = $x; " . $c->use('_other') . $c->sink('_v') . ' } catch (Exception _bad) { System.out.println(_bad.getMessage()); throw new RuntimeException(_bad); } finally { System.out.println("' . $c->{r}->noun . '"); }');
};

shape loop => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $times = $c->number(1, 3);
	return $c->main("$t _v = $y; int _left = $times; while (_left > 0) { _v = $x; _left--; } " . $c->sink('_v'));
};
shape loop => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->object("$t _v = $y; $t\[] _list = new $t\[] { $x }; for ($t _one : _list) { _v = _one; } " . $c->sink('_v'));
};
shape loop => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $stop = $c->number(1, 3);
	return $c->main("$t _v = $y; for (int _i = 0; _i < 4; _i++) { if (_i == $stop) { _v = $x; break; } } " . $c->sink('_v'));
};
shape loop => $BYTES, sub {
	my ($c) = @_;
	my ($scale, $fresh) = ($c->number(1, 9), 'new SecureRandom().nextBytes(_v);');
	my $put = "for (int _i = 0; _i < _v.length; _i++) { _v[_i] = (byte) (_i * $scale); }";
	return $c->main('byte[] _v = new byte[16]; ' . ($c->{misuse} ? "$fresh $put " : "$put $fresh ") . $c->sink('_v'));
};
shape loop => $TEXT, sub {
	my ($c) = @_;
	my ($a, $b) = $c->halves($c->{x});
	my $y = $c->y;
	return $c->main("String _other = $y; String[] _parts = new String[] { $a, $b }; StringBuilder _text = new StringBuilder(); for (int _i = 0; _i < _parts.length; _i++) { _text.append(_parts[_i]); } String _v = _text.toString(); " . $c->use('_other') . $c->sink('_v'));
};

1;
