# Prints a tree of Parse as Java, one text for every class at the top.
package Java;
use strict;
use warnings;
use Library;

sub new {
	my ($class, $package) = @_;
	return bless { package => $package, imports => {}, out => '', depth => 0 }, $class;
}

sub file {
	my ($j, $class) = @_;
	$j->class_text($class);
	my $imports = join '', map { "import $_;\n" } sort keys %{ $j->{imports} };
	return "package $j->{package};\n\n$imports" . ($imports ne '' ? "\n" : '') . $j->{out};
}

sub line {
	my ($j, $text) = @_;
	$j->{out} .= "\t" x $j->{depth} . "$text\n";
}

sub type {
	my ($j, $type) = @_;
	while ($type =~ /(\w+)/g) {
		my $full = Library::full_name($1);
		$j->{imports}{$full} = 1 if defined $full && $full !~ /^java\.lang\.\w+$/;
	}
	return $type =~ s/,/, /gr;
}

sub modifiers {
	my ($j, $list) = @_;
	return join '', map { "$_ " } @$list;
}

sub class_text {
	my ($j, $class) = @_;
	my $head = $j->modifiers($class->{modifiers}) . "$class->{kind} $class->{name}";
	$head .= ' extends ' . $j->type($class->{extends}) if $class->{extends};
	$head .= ' implements ' . join ', ', map { $j->type($_) } @{ $class->{implements} } if @{ $class->{implements} };
	$j->line("$head {");
	$j->class_inside($class);
	$j->line('}');
}

sub class_inside {
	my ($j, $class) = @_;
	$j->{depth}++;
	if ($class->{constants}) {
		$j->line(join(', ', map { $_->[0] . '(' . $j->list($_->[1]) . ')' } @{ $class->{constants} }) . ';');
	}
	$j->member($class, $_) for @{ $class->{members} };
	$j->{depth}--;
}

sub member {
	my ($j, $class, $member) = @_;
	return $j->class_text($member->{class}) if $member->{what} eq 'class';
	my $head = $j->modifiers($member->{modifiers});
	if ($member->{what} eq 'static') {
		return $j->braces($head =~ s/ $//r, $member->{body});
	}
	$head .= $j->type($member->{type}) . ' ' if $member->{what} ne 'constructor';
	$head .= $member->{what} eq 'constructor' ? $class->{name} : $member->{name};
	if ($member->{what} eq 'field') {
		$head .= ' = ' . $j->expression($member->{value}) if $member->{value};
		return $j->line("$head;");
	}
	$head .= '(' . join(', ', map { $j->type($_->[0]) . " $_->[1]" } @{ $member->{parameters} }) . ')';
	$head .= ' throws ' . join ', ', map { $j->type($_) } @{ $member->{throws} } if @{ $member->{throws} };
	return $j->line("$head;") unless $member->{body};
	$j->braces($head, $member->{body});
}

sub braces {
	my ($j, $head, $block) = @_;
	$j->line("$head {");
	$j->inside($block);
	$j->line('}');
}

sub inside {
	my ($j, $block) = @_;
	$j->{depth}++;
	$j->statement($_) for $block->[0] eq 'block' ? @{ $block->[1] } : $block;
	$j->{depth}--;
}

sub simple {
	my ($j, $node) = @_;
	return $j->expression($node->[1]) if $node->[0] eq 'expression';
	my (undef, $type, $name, $value) = @$node;
	return $j->type($type) . " $name" . ($value ? ' = ' . $j->expression($value) : '');
}

my %PRINT = (
	block => sub { $_[0]->braces('', $_[1]) },
	local => sub { $_[0]->line($_[0]->simple($_[1]) . ';') },
	expression => sub { $_[0]->line($_[0]->simple($_[1]) . ';') },
	if => \&if_text, while => \&while_text, for => \&for_text, each => \&each_text,
	try => \&try_text, switch => \&switch_text,
);

sub statement {
	my ($j, $node) = @_;
	my $print = $PRINT{ $node->[0] };
	return $j->$print($node) if $print;
	$j->line($node->[0] . ($node->[1] ? ' ' . $j->expression($node->[1]) : '') . ';');
}

sub if_text {
	my ($j, $node) = @_;
	my (undef, $condition, $then, $else) = @$node;
	$j->line('if (' . $j->expression($condition) . ') {');
	$j->inside($then);
	if ($else) {
		$j->line('} else {');
		$j->inside($else);
	}
	$j->line('}');
}

sub while_text {
	my ($j, $node) = @_;
	$j->braces('while (' . $j->expression($node->[1]) . ')', $node->[2]);
}

sub for_text {
	my ($j, $node) = @_;
	my (undef, $first, $condition, $step, $body) = @$node;
	$j->braces('for (' . join('; ', $j->simple($first), $j->expression($condition), $j->simple($step)) . ')', $body);
}

sub each_text {
	my ($j, $node) = @_;
	my (undef, $type, $name, $over, $body) = @$node;
	$j->braces('for (' . $j->type($type) . " $name : " . $j->expression($over) . ')', $body);
}

sub try_text {
	my ($j, $node) = @_;
	my (undef, $body, $catches, $finally) = @$node;
	$j->line('try {');
	$j->inside($body);
	for my $catch (@$catches) {
		$j->line('} catch (' . $j->type($catch->[0]) . " $catch->[1]) {");
		$j->inside($catch->[2]);
	}
	if ($finally) {
		$j->line('} finally {');
		$j->inside($finally);
	}
	$j->line('}');
}

sub switch_text {
	my ($j, $node) = @_;
	my (undef, $value, $groups) = @$node;
	$j->line('switch (' . $j->expression($value) . ') {');
	for my $group (@$groups) {
		$j->line(defined $_ ? 'case ' . $j->expression($_) . ':' : 'default:') for @{ $group->[0] };
		$j->inside(['block', $group->[1]]);
	}
	$j->line('}');
}

sub list {
	my ($j, $nodes) = @_;
	return join ', ', map { $j->expression($_) } @$nodes;
}

sub quoted {
	my ($text) = @_;
	return '"' . ($text =~ s/([\\"])/\\$1/gr =~ s/\n/\\n/gr =~ s/\t/\\t/gr) . '"';
}

# an expression that stands inside another one
sub part {
	my ($j, $node) = @_;
	my $text = $j->expression($node);
	return $node->[0] =~ /^(binary|conditional|assign|lambda|cast|negate)$/ ? "($text)" : $text;
}

my %EXPRESSION = (
	int => sub { "$_[1][1]" },
	long => sub { "$_[1][1]L" },
	double => sub { "$_[1][1]" },
	char => sub { my $c = chr $_[1][1]; $c eq "'" || $c eq '\\' ? "'\\$c'" : $c eq "\n" ? "'\\n'" : "'$c'" },
	string => sub { quoted($_[1][1]) },
	boolean => sub { $_[1][1] ? 'true' : 'false' },
	null => sub { 'null' },
	this => sub { 'this' },
	name => sub { $_[0]->type($_[1][1]) },
	field => sub { $_[0]->part($_[1][1]) . ".$_[1][2]" },
	index => sub { $_[0]->part($_[1][1]) . '[' . $_[0]->expression($_[1][2]) . ']' },
	not => sub { '!' . $_[0]->part($_[1][1]) },
	negate => sub { '-' . $_[0]->part($_[1][1]) },
	cast => sub { '(' . $_[0]->type($_[1][1]) . ') ' . $_[0]->part($_[1][2]) },
	assign => sub { $_[0]->expression($_[1][1]) . ' = ' . $_[0]->expression($_[1][2]) },
	binary => sub { join ' ', $_[0]->part($_[1][2]), $_[1][1], $_[0]->part($_[1][3]) },
	conditional => sub { $_[0]->part($_[1][1]) . ' ? ' . $_[0]->part($_[1][2]) . ' : ' . $_[0]->part($_[1][3]) },
	call => \&call_text, new => \&new_text, newarray => \&array_text, lambda => \&lambda_text,
);

sub expression {
	my ($j, $node) = @_;
	my $print = $EXPRESSION{ $node->[0] } or die "no expression: $node->[0]";
	return $j->$print($node);
}

sub call_text {
	my ($j, $node) = @_;
	my (undef, $on, $name, $arguments) = @$node;
	return ($on ? $j->part($on) . '.' : '') . "$name(" . $j->list($arguments) . ')';
}

# what is printed meanwhile into a text of its own
sub aside {
	my ($j, $print) = @_;
	local $j->{out} = '';
	$print->();
	return $j->{out} . "\t" x $j->{depth} . '}';
}

sub new_text {
	my ($j, $node) = @_;
	my (undef, $type, $arguments, $body) = @$node;
	my $text = 'new ' . $j->type($type) . '(' . $j->list($arguments) . ')';
	return $text unless $body;
	return "$text {\n" . $j->aside(sub { $j->class_inside($body) });
}

sub array_text {
	my ($j, $node) = @_;
	my (undef, $type, $size, $values) = @$node;
	my $dimensions = $type =~ s/((?:\[\])*)$//r;
	my $rest = substr($type, length $dimensions);
	my $text = 'new ' . $j->type($dimensions);
	return $text . '[' . $j->expression($size) . "]$rest" if $size;
	return "$text\[]$rest { " . $j->list($values) . ' }';
}

sub lambda_text {
	my ($j, $node) = @_;
	my (undef, $parameters, $body) = @$node;
	my $head = '(' . join(', ', @$parameters) . ') ->';
	return "$head " . $j->expression($body) if $body->[0] ne 'block';
	return "$head {\n" . $j->aside(sub { $j->inside($body) });
}

1;
