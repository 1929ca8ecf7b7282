# The shapes of the cases in which a value travels to the call: how it gets there, in Java.
# Every shape has some variants; x reaches the call, y stands in the code and does not.
package Shapes;
use strict;
use warnings;

our @SHAPES;
my %SHAPE;

# a variant of a shape; "on" says for which types it is meant
sub shape {
	my ($shape, $on, $write) = @_;
	push @SHAPES, $shape unless $SHAPE{$shape};
	push @{ $SHAPE{$shape} }, { on => $on, write => $write };
}

# the variants of a shape for a type
sub variants {
	my ($shape, $type) = @_;
	return grep { $type =~ $_->{on} } @{ $SHAPE{$shape} };
}

my $ANY = qr/./;
my $TEXT = qr/^String$/;
my $INT = qr/^int$/;
my $LONG = qr/^long$/;
my $BYTES = qr/^byte\[\]$/;
my $CHARS = qr/^char\[\]$/;
my $ARRAY = qr/\]$/;

shape basic => $ANY, sub {
	my ($c) = @_;
	my ($t, $x) = ($c->type, $c->x);
	return $c->main("$t _v = $x; " . $c->fill . $c->sink('_v'));
};
shape basic => $ANY, sub {
	my ($c) = @_;
	return $c->object($c->sink($c->x));
};

shape flow => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->main("$t _v = $y; " . $c->fill . "_v = $x; " . $c->fill . $c->sink('_v'));
};
shape flow => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->object("$t _first = $x; $t _second = $y; $t _third = _first; " . $c->use('_second') . $c->sink('_third'));
};
shape flow => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->main("$t _first = $y; $t _second = $x; $t _kept = _first; _first = _second; _second = _kept; " . $c->use('_second') . $c->sink('_first'));
};
shape flow => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->main("$t _v = $y; $t _other = _v; _v = $x; " . $c->use('_other') . $c->sink('_v'));
};
shape flow => $BYTES, sub {
	my ($c) = @_;
	my $bad = $c->{plan}{bad}{text};
	my $fresh = 'SecureRandom _maker = new SecureRandom(); _maker.nextBytes(_v);';
	return $c->main(($c->{misuse} ? "byte[] _v = new byte[16]; $fresh _v = $bad; " : "byte[] _v = $bad; $fresh ") . $c->sink('_v'));
};
shape flow => $BYTES, sub {
	my ($c) = @_;
	my $bad = $c->{plan}{bad}{text};
	my $which = $c->{misuse} ? '_other' : '_v';
	return $c->object("byte[] _v = $bad; byte[] _other = $bad; new SecureRandom().nextBytes($which); " . $c->use('_other') . $c->sink('_v'));
};

shape field => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $make = $c->either_order("_Holder _one = new _Holder($x);", "_Holder _two = new _Holder($y);");
	return $c->main("$make " . $c->use('_two._take()') . $c->sink('_one._take()'))
		. " class _Holder { private final $t _value; _Holder($t _given) { this._value = _given; } $t _take() { return _value; } " . $c->extra . ' }';
};
shape field => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->object($c->sink('_value'), "private $t _value; void _give($t _given) { this._value = _given; }", "_self._give($y); _self._give($x);");
};
shape field => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $fields = $c->either_order("private static final $t _KEPT = $x;", "private static final $t _LEFT = $y;");
	return $c->main($c->use('_LEFT') . $c->sink('_KEPT'), $fields);
};
shape field => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->object($c->sink('_value'), "private static $t _value; static { _value = $y; _value = $x; }");
};
shape field => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $fields = $c->either_order("private $t _kept = $x;", "private $t _left = $y;");
	return $c->object($c->use('_left') . $c->sink('_kept'), $fields);
};
shape field => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->object($c->sink('this._value'), "$t _value; _Main() { this._value = $y; } void _prepare() { this._value = $x; }", '_self._prepare();');
};
shape field => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $set = $c->either_order("_Settings._kept = $x;", "_Settings._left = $y;");
	my ($helper, $on) = $c->helper('_Worker', 'void _act() throws Exception { ' . $c->use('_Settings._left') . $c->sink('_Settings._kept') . ' }');
	return $c->main("$set $on._act();") . " class _Settings { static $t _kept; static $t _left; } $helper";
};

shape hops2 => $ANY, sub {
	my ($c) = @_;
	my ($t, $x) = ($c->type, $c->x);
	my ($last, $at_last) = $c->helper('_Last', "void _finish($t _given) throws Exception { " . $c->fill . $c->sink('_given') . ' }');
	my ($mid, $at_mid) = $c->helper('_Middle', "void _pass($t _given) throws Exception { " . $c->fill . "$at_last._finish(_given); }");
	return $c->main("$at_mid._pass($x);") . " $mid $last";
};
shape hops2 => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my ($last, $at_last) = $c->helper('_Last', "void _finish($t _first, $t _second) throws Exception { " . $c->use('_first') . $c->sink('_second') . ' }');
	my ($mid, $at_mid) = $c->helper('_Middle', "void _pass($t _left, $t _right) throws Exception { $at_last._finish(_right, _left); }");
	return $c->main("$t _one = $x; $t _two = $y; $at_mid._pass(_one, _two);") . " $mid $last";
};
shape hops2 => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->main("$t _one = $x; _Middle _mid = new _Middle(_one); _mid._pass($y);")
		. " class _Middle { private $t _kept; _Middle($t _given) { this._kept = _given; } void _pass($t _unused) throws Exception { " . $c->use('_unused') . '_Last._finish(_kept); } }'
		. " class _Last { static void _finish($t _given) throws Exception { " . $c->sink('_given') . ' } }';
};

shape hops3 => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my ($last, $at_last) = $c->helper('_Last', "void _finish($t _given) throws Exception { " . $c->sink('_given') . ' }');
	my ($third, $at_third) = $c->helper('_Third', "void _hand($t _given) throws Exception { " . $c->fill . "$at_last._finish(_given); }");
	my ($second, $at_second) = $c->helper('_Second', "void _pass($t _given, $t _other) throws Exception { " . $c->use('_other') . "$at_third._hand(_given); }");
	return $c->main("$at_second._pass($x, $y);") . " $second $third $last";
};
shape hops3 => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->object("_pass($x, $y);", "private void _pass($t _one, $t _two) throws Exception { _hand(_two, _one); }"
		. " private void _hand($t _one, $t _two) throws Exception { " . $c->use('_one') . ' _Last._finish(_two); }')
		. " class _Last { static void _finish($t _given) throws Exception { " . $c->fill . $c->sink('_given') . ' } }';
};

shape returns => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my ($deep, $at_deep) = $c->helper('_Deep', "$t _make() { return $x; }", "$t _unlike() { return $y; }");
	my ($mid, $at_mid) = $c->helper('_Middle', "$t _fetch() { " . $c->fill . "$t _got = $at_deep._make(); return _got; }");
	return $c->main($c->use("$at_deep._unlike()") . $c->sink("$at_mid._fetch()")) . " $mid $deep";
};
shape returns => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my ($same, $at) = $c->helper('_Same', "$t _same($t _given) { return _given; }");
	my $calls = $c->either_order("$t _one = $at._same($x);", "$t _two = $at._same($y);");
	return $c->main("$calls " . $c->use('_two') . $c->sink('_one')) . " $same";
};
shape returns => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my ($pick, $at_pick) = $c->helper('_Picker', "$t _first($t _one, $t _two) { return _one; }");
	my ($mid, $at_mid) = $c->helper('_Middle', "$t _choose() { return $at_pick._first($x, $y); }");
	return $c->object("$t _v = $at_mid._choose(); " . $c->sink('_v')) . " $mid $pick";
};

shape dispatch => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $make = $c->either_order('_Giver _one = new _Left();', '_Giver _two = new _Right();');
	return $c->main("$make " . $c->use('_two._give()') . $c->sink('_one._give()')) . " interface _Giver { $t _give(); } "
		. "class _Left implements _Giver { public $t _give() { return $x; } } class _Right implements _Giver { public $t _give() { return $y; } }";
};
shape dispatch => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->main('_Base _one = new _Derived(); _one._act();') . " abstract class _Base { $t _give() { return $y; } void _act() throws Exception { "
		. $c->sink('_give()') . " } } class _Derived extends _Base { $t _give() { return $x; } }";
};
shape dispatch => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $calls = $c->either_order("_one._take($x);", "_two._take($y);");
	return $c->main("_Taker _one = new _Left(); _Taker _two = new _Right(); $calls") . " interface _Taker { void _take($t _given) throws Exception; } "
		. "class _Left implements _Taker { public void _take($t _given) throws Exception { " . $c->sink('_given') . ' } } '
		. "class _Right implements _Taker { public void _take($t _given) throws Exception { " . $c->use('_given') . ' } }';
};
shape dispatch => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	return $c->main("_Giver _one = new _Giver() { $t _give() { return $x; } }; " . $c->sink('_one._give()'))
		. " class _Giver { $t _give() { return $y; } }";
};

shape combined => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $mode = $c->number(1, 5);
	my ($use, $at) = $c->helper('_Worker', 'void _act(_Settings _given) throws Exception { ' . $c->fill . "$t _v = _given._choose($mode); " . $c->sink('_v') . ' }');
	my $limit = $c->pick($mode - 1, $mode + 2);
	my ($when, $else) = $mode > $limit ? ('_left', '_right') : ('_right', '_left');
	return $c->main("_Settings _set = new _Settings($x, $y); $at._act(_set);") . " $use class _Settings { private final $t _left; private final $t _right; "
		. "_Settings($t _one, $t _two) { this._left = _one; this._right = _two; } $t _choose(int _mode) { if (_mode > $limit) { return $when; } return $else; } }";
};
shape combined => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my ($on, $off) = $c->chance(50) ? ('true', $x) : ('false', $y);
	my $other = $on eq 'true' ? $y : $x;
	return $c->main("_Plan _plan = new _Plan()._with($off)._or($other)._mark($on); _plan._act();")
		. " class _Plan { private $t _one; private $t _two; private boolean _marked; _Plan _with($t _given) { this._one = _given; return this; } "
		. "_Plan _or($t _given) { this._two = _given; return this; } _Plan _mark(boolean _given) { this._marked = _given; return this; } "
		. "void _act() throws Exception { $t _v = _two; if (_marked) { _v = _one; } _Last._finish(_v); } } "
		. "class _Last { static void _finish($t _given) throws Exception { " . $c->sink('_given') . ' } }';
};
shape combined => $ANY, sub {
	my ($c) = @_;
	my ($t, $b, $x, $y) = ($c->type, $c->boxed_type, $c->box($c->x), $c->box($c->y));
	my ($one, $two) = ($c->{r}->noun . 'A', $c->{r}->noun . 'B');
	my $puts = $c->either_order("_table.put(\"$one\", $x);", "_table.put(\"$two\", $y);");
	my $get = $c->unbox('_table.get(_name)');
	return $c->object("_pass(\"$one\");", "private final Map<String,$b> _table; _Main() { this._table = new HashMap<String,$b>(); $puts } "
		. "private $t _find(String _name) { return $get; } private void _pass(String _name) throws Exception { $t _v = _find(_name); " . $c->sink('_v') . ' }');
};
shape combined => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $level = $c->number(1, 3);
	return $c->main("_Source1._level = $level; _Last _last = new _Last(_Source1._read()); _last._finish();")
		. " class _Source1 { static int _level; static $t _read() { switch (_level) { case $level: return $x; default: return $y; } } } "
		. "class _Last { private final $t _kept; _Last($t _given) { this._kept = _given; } void _finish() throws Exception { " . $c->sink('this._kept') . ' } }';
};

shape path => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $choice = $c->number(2, 9);
	return $c->main("int _choice = $choice; $t _v = $y; if (_choice > 1) { _v = $x; } " . $c->sink('_v'));
};
shape path => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my ($choice, $limit) = ($c->number(1, 5), $c->number(6, 9));
	return $c->object("int _choice = $choice; $t _v; if (_choice >= $limit) { _v = $y; } else { _v = $x; } " . $c->sink('_v'));
};
shape path => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $choice = $c->number(1, 9);
	my ($helper, $at) = $c->helper('_Worker', "void _act(int _choice) throws Exception { $t _v = $y; " . $c->fill . "if (_choice == $choice) { _v = $x; } " . $c->sink('_v') . ' }');
	return $c->main("$at._act($choice);") . " $helper";
};
shape path => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my ($value, $yes, $no) = $c->chance(50) ? ('true', $x, $y) : ('false', $y, $x);
	return $c->main("boolean _flag = $value; $t _v = _flag ? $yes : $no; " . $c->sink('_v'));
};
shape path => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $n = $c->number(2, 20);
	my $twice = $n * 2 + 1;
	return $c->main("int _n = $n; int _m = _n * 2 + 1; $t _v = $y; if (_n > 1) { if (_m == $twice) { _v = $x; } else { _v = $y; } } " . $c->sink('_v'));
};
shape path => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my ($one, $two) = ($c->{r}->noun . 'a', $c->{r}->noun . 'b');
	my ($asked, $yes, $no) = $c->chance(50) ? ($one, $x, $y) : ($two, $y, $x);
	return $c->object("_act(\"$one\");", "void _act(String _mode) throws Exception { $t _v; if (_mode.equals(\"$asked\")) { _v = $yes; } else { _v = $no; } " . $c->sink('_v') . ' }');
};
shape path => $ANY, sub {
	my ($c) = @_;
	my ($t, $good, $other) = ($c->type, $c->{plan}{good}{text}, $c->{plan}{other}{text});
	my $then = $c->{misuse} ? $c->{plan}{bad}{text} : $other;
	return $c->main("$t _v = $good; if (_args.length == 0) { _v = $then; } " . $c->sink('_v'));
};
shape path => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my ($value, $then, $else) = $c->chance(50) ? ('true', $x, $y) : ('false', $y, $x);
	return $c->object("$t _v; if (_READY) { _v = $then; } else { _v = $else; } " . $c->sink('_v'), "private static boolean _READY = $value;");
};

shape switch => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my ($choice, $first) = ($c->number(1, 3), $c->number(1, 3));
	my $cases = join ' ', map { "case $_: _v = " . ($_ == $choice ? $x : $y) . '; break;' } 1 .. 3;
	return $c->main("int _choice = $choice; $t _v; switch (_choice) { $cases default: _v = $y; break; } " . $c->sink('_v'));
};
shape switch => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my ($one, $two) = ($c->number(1, 500), $c->number(600, 9000));
	return $c->object("_act($one);", "void _act(int _choice) throws Exception { $t _v; switch (_choice) { case $one: _v = $x; break; case $two: _v = $y; break; default: throw new IllegalStateException(); } " . $c->sink('_v') . ' }');
};
shape switch => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my ($one, $two) = ($c->{r}->noun . '1', $c->{r}->noun . '2');
	my $cases = $c->either_order("case \"$one\": _v = $x; break;", "case \"$two\": _v = $y; break;");
	return $c->main("String _mode = \"$one\"; $t _v; switch (_mode) { $cases default: _v = $y; break; } " . $c->sink('_v'));
};
shape switch => $ANY, sub {
	my ($c) = @_;
	my ($t, $x, $y) = ($c->type, $c->x, $c->y);
	my $n = $c->number(10, 99);
	my ($helper, $at) = $c->helper('_Picker', "$t _choose(String _mode) { switch (_mode) { case \"m$n\": return $y; case \"k$n\": return $x; default: return $y; } }");
	return $c->main("$t _v = $at._choose(\"k$n\"); " . $c->sink('_v')) . " $helper";
};

require Containers;

1;
