# What a shape needs to write one case: the value that reaches the call (x), the one that does not
# (y), the call, and the small choices of the seed.
package Context;
use strict;
use warnings;

my %BOX = (int => 'Integer', long => 'Long');
my %VALUE_OF = (int => 'intValue', long => 'longValue');

sub new {
	my ($class, $random, $plan, $misuse) = @_;
	my ($x, $y) = $misuse ? @$plan{qw(bad good)} : @$plan{qw(good bad)};
	my $c = bless { r => $random, plan => $plan, misuse => $misuse, x => $x, y => $y, fillers => 0 }, $class;
	return $c;
}

sub type { return $_[0]{plan}{type} }
sub x { return $_[0]{x}{text} }
sub y { return $_[0]{y}{text} }
sub sink { return $_[0]{plan}{sink}->($_[1]) }
sub pick { return $_[0]{r}->pick(@_[1 .. $#_]) }
sub chance { return $_[0]{r}->chance($_[1]) }
sub number { return $_[0]{r}->between(@_[1, 2]) }

# the type, and a value of it, as an object
sub boxed_type { return $BOX{ $_[0]->type } // $_[0]->type }

sub box {
	my ($c, $value) = @_;
	my $box = $BOX{ $c->type };
	return $box ? "$box.valueOf($value)" : $value;
}

sub unbox {
	my ($c, $value) = @_;
	my $take = $VALUE_OF{ $c->type };
	return $take ? "$value.$take()" : $value;
}

# a value looked at in a way that does not matter
sub use {
	my ($c, $value) = @_;
	my $type = $c->type;
	my $text = $type eq 'String' ? "$value.length()" : $type =~ /\]$/ ? "$value.length" : $value;
	return "System.out.println($text);";
}

# a new array of two values
sub two {
	my ($c) = @_;
	my ($item, $rest) = $c->type =~ /^(\w+)((?:\[\])*)$/;
	return "new $item\[2]$rest";
}

# the two statements in the order of the seed
sub either_order {
	my ($c, @statements) = @_;
	return join ' ', $c->{r}->shuffle(@statements);
}

# a statement, or some, that have nothing to do with the case
sub fill {
	my ($c) = @_;
	my $r = $c->{r};
	my $n = ++$c->{fillers};
	my ($low, $high, $word, $other) = ($r->between(2, 40), $r->between(50, 900), $r->noun, $r->noun);
	return $r->pick('', '',
		"System.out.println(\"$word $other\");",
		"int _fill$n = $low; _fill$n = _fill$n * $high + 3; System.out.println(_fill$n);",
		"StringBuilder _fill$n = new StringBuilder(); _fill$n.append(\"$word\").append($low); System.out.println(_fill$n.toString());",
		"int _fill$n = 0; for (int _round$n = 0; _round$n < $low; _round$n++) { _fill$n += _round$n; } System.out.println(_fill$n);",
		"String _fill$n = \"$word\"; if (_fill$n.length() > $low) { System.out.println(\"$other\"); }",
		"long _fill$n = System.currentTimeMillis(); System.out.println(_fill$n);",
		"List<String> _fill$n = new ArrayList<String>(); _fill$n.add(\"$word\"); _fill$n.add(\"$other\"); System.out.println(_fill$n.size());");
}

# a method, or none, that has nothing to do with the case
sub extra {
	my ($c) = @_;
	my $r = $c->{r};
	my $n = ++$c->{fillers};
	my ($low, $word) = ($r->between(2, 90), $r->noun);
	return $r->pick('', '',
		"static int _more$n(int _given$n) { if (_given$n > $low) { return _given$n - $low; } return _given$n; }",
		"static String _more$n(String _given$n) { return _given$n.concat(\"$word\"); }",
		"void _more$n() { System.out.println(\"$word\"); }",
		"int _more$n(int[] _given$n) { int _sum$n = $low; for (int _one$n : _given$n) { _sum$n += _one$n; } return _sum$n; }");
}

# the entry class: main, and other members
sub main {
	my ($c, $body, $members) = @_;
	$members //= '';
	return 'public class _Main { public static void main(String[] _args) throws Exception { ' . $c->fill . " $body } "
		. $c->extra . " $members " . $c->extra . ' }';
}

# the entry class whose work is done by an object
sub object {
	my ($c, $body, $members, $before) = @_;
	$before //= '';
	return $c->main("_Main _self = new _Main(); $before _self._work();", 'void _work() throws Exception { ' . $c->fill . " $body } " . ($members // ''));
}

# a helper class of which the seed says whether its methods are static: the class, and what to call
sub helper {
	my ($c, $name, @methods) = @_;
	my $static = $c->chance(50);
	my $word = $static ? 'static ' : '';
	my @all = $c->{r}->shuffle(map { "$word$_" } @methods);
	return ("class $name { " . join(' ', @all, $c->extra) . ' }', $static ? $name : "new $name()");
}

# two texts that make the value together: the parts of a literal, or something and the value
sub halves {
	my ($c, $value) = @_;
	my $text = $value->{literal};
	return (Values::quoted($c->{r}->noun), $value->{text}) unless defined $text;
	my $at = $c->number(1, length($text) - 1);
	return (Values::quoted(substr $text, 0, $at), Values::quoted(substr $text, $at));
}

1;
