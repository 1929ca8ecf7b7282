# Reads the small part of Java in which the cases are written, into a tree that both printers use.
# A node is an array: its kind, then its parts. A type is a text such as byte[] or Map<String,String>.
package Parse;
use strict;
use warnings;

my %PRIMITIVE = map { $_ => 1 } qw(int long byte char boolean double void);
my %MODIFIER = map { $_ => 1 } qw(public private protected static final abstract);
my $TOKEN = qr{\G\s*(?:
	(?<word>[A-Za-z_\$][A-Za-z0-9_\$]*) |
	(?<number>\d+\.\d+|\d+L?) |
	(?<string>"(?:[^"\\]|\\.)*") |
	(?<char>'(?:[^'\\]|\\.)') |
	(?<sign>->|\+\+|--|\+=|==|!=|<=|>=|&&|\|\||<<|>>|[-+*/%&|^!<>=(){}\[\];,.:?])
)}x;

sub new {
	my ($class, $text) = @_;
	my @tokens;
	pos($text) = 0;
	while ($text =~ /$TOKEN/gc) {
		my ($kind) = keys %+;
		push @tokens, [$kind, $+{$kind}];
	}
	die "cannot read: " . substr($text, pos($text) // 0, 60) if substr($text, pos($text) // 0) =~ /\S/;
	return bless { tokens => \@tokens, at => 0 }, $class;
}

sub peek {
	my ($p, $ahead) = @_;
	my $token = $p->{tokens}[$p->{at} + ($ahead // 0)];
	return $token ? $token->[1] : '';
}

sub kind {
	my ($p) = @_;
	my $token = $p->{tokens}[$p->{at}];
	return $token ? $token->[0] : '';
}

sub next_token {
	my ($p) = @_;
	my $token = $p->{tokens}[$p->{at}++] or die "unexpected end";
	return $token->[1];
}

sub accept {
	my ($p, $text) = @_;
	return 0 if $p->peek ne $text || $p->kind eq 'string';
	$p->{at}++;
	return 1;
}

sub expect {
	my ($p, $text) = @_;
	return if $p->accept($text);
	my $from = $p->{at} > 12 ? $p->{at} - 12 : 0;
	my @near = map { $_->[1] } grep { $_ } @{ $p->{tokens} }[$from .. $p->{at} + 3];
	die "expected $text near: @near";
}

sub word {
	my ($p) = @_;
	die "expected a name, found " . $p->peek if $p->kind ne 'word';
	return $p->next_token;
}

# a type, or undef (and nothing read) if there is none here
sub try_type {
	my ($p) = @_;
	my $start = $p->{at};
	return undef if $p->kind ne 'word';
	my $type = $p->next_token;
	if (!$PRIMITIVE{$type} && $type !~ /^_?[A-Z]/) {
		$p->{at} = $start;
		return undef;
	}
	if ($p->peek eq '<' && $type =~ /^(Map|HashMap|List|ArrayList|Iterator|Supplier|Callable|Function|Iterable|LinkedList|Deque|ArrayDeque|Optional)$/) {
		$type .= $p->type_arguments;
	}
	while ($p->peek eq '[' && $p->peek(1) eq ']') {
		$p->{at} += 2;
		$type .= '[]';
	}
	return $type;
}

sub type_arguments {
	my ($p) = @_;
	my @types;
	$p->expect('<');
	do { push @types, $p->type } while $p->accept(',');
	$p->expect('>');
	return '<' . join(',', @types) . '>';
}

sub type {
	my ($p) = @_;
	my $type = $p->try_type;
	die "expected a type, found " . $p->peek unless defined $type;
	return $type;
}

# all classes of a text
sub classes {
	my ($p) = @_;
	my @classes;
	push @classes, $p->class_declaration($p->modifiers) while $p->peek ne '';
	return \@classes;
}

sub modifiers {
	my ($p) = @_;
	my @modifiers;
	push @modifiers, $p->next_token while $MODIFIER{ $p->peek };
	return \@modifiers;
}

sub class_declaration {
	my ($p, $modifiers) = @_;
	my %class = (modifiers => $modifiers, implements => [], members => []);
	$class{kind} = $p->word;
	die "not a class: $class{kind}" if $class{kind} !~ /^(class|interface|enum)$/;
	$class{name} = $p->word;
	$class{extends} = $p->type if $p->accept('extends');
	if ($p->accept('implements')) {
		do { push @{ $class{implements} }, $p->type } while $p->accept(',');
	}
	$p->class_body(\%class);
	return \%class;
}

sub class_body {
	my ($p, $class) = @_;
	$p->expect('{');
	$p->enum_constants($class) if ($class->{kind} // '') eq 'enum';
	push @{ $class->{members} }, $p->member($class) while !$p->accept('}');
}

sub enum_constants {
	my ($p, $class) = @_;
	do {
		my $name = $p->word;
		push @{ $class->{constants} }, [$name, $p->peek eq '(' ? $p->arguments : []];
	} while $p->accept(',');
	$p->expect(';');
}

sub member {
	my ($p, $class) = @_;
	my $modifiers = $p->modifiers;
	if ($p->peek =~ /^(class|interface|enum)$/) {
		return { what => 'class', class => $p->class_declaration($modifiers) };
	}
	if ($p->peek eq '{') {
		return { what => 'static', modifiers => $modifiers, body => $p->block };
	}
	if ($p->peek eq ($class->{name} // '') && $p->peek(1) eq '(') {
		$p->word;
		return $p->method_rest({ what => 'constructor', modifiers => $modifiers, name => '<init>', type => 'void' });
	}
	my $type = $p->type;
	my $name = $p->word;
	if ($p->peek eq '(') {
		return $p->method_rest({ what => 'method', modifiers => $modifiers, name => $name, type => $type });
	}
	my $value = $p->accept('=') ? $p->initial($type) : undef;
	$p->expect(';');
	return { what => 'field', modifiers => $modifiers, name => $name, type => $type, value => $value };
}

sub method_rest {
	my ($p, $method) = @_;
	$method->{parameters} = [];
	$method->{throws} = [];
	$p->expect('(');
	while (!$p->accept(')')) {
		my $type = $p->type;
		push @{ $method->{parameters} }, [$type, $p->word];
		$p->accept(',');
	}
	if ($p->accept('throws')) {
		do { push @{ $method->{throws} }, $p->type } while $p->accept(',');
	}
	$method->{body} = $p->accept(';') ? undef : $p->block;
	return $method;
}

sub block {
	my ($p) = @_;
	my @statements;
	$p->expect('{');
	push @statements, $p->statement while !$p->accept('}');
	return ['block', \@statements];
}

my %STATEMENT = (
	if => \&if_statement, while => \&while_statement, for => \&for_statement,
	try => \&try_statement, switch => \&switch_statement,
);

sub statement {
	my ($p) = @_;
	my $first = $p->kind eq 'string' ? '' : $p->peek;
	return $p->block if $first eq '{';
	if (my $read = $STATEMENT{$first}) {
		$p->next_token;
		return $p->$read;
	}
	if ($first =~ /^(return|throw|break|continue)$/) {
		$p->next_token;
		my $value = $p->peek eq ';' && $p->kind eq 'sign' ? undef : $p->expression;
		$p->expect(';');
		return [$first, $value];
	}
	my $statement = $p->simple;
	$p->expect(';');
	return $statement;
}

# a declaration of a local, or an expression
sub simple {
	my ($p) = @_;
	my $start = $p->{at};
	my $type = $p->try_type;
	if (defined $type && $p->kind eq 'word' && $p->peek(1) =~ /^[=;]$/) {
		my $name = $p->word;
		return ['local', $type, $name, $p->accept('=') ? $p->initial($type) : undef];
	}
	$p->{at} = $start;
	return ['expression', $p->expression];
}

sub initial {
	my ($p, $type) = @_;
	return $p->peek eq '{' ? ['newarray', $type =~ s/\[\]$//r, undef, $p->array_values] : $p->expression;
}

sub array_values {
	my ($p) = @_;
	my @values;
	$p->expect('{');
	while (!$p->accept('}')) {
		push @values, $p->expression;
		$p->accept(',');
	}
	return \@values;
}

sub condition {
	my ($p) = @_;
	$p->expect('(');
	my $condition = $p->expression;
	$p->expect(')');
	return $condition;
}

sub if_statement {
	my ($p) = @_;
	my $condition = $p->condition;
	my $then = $p->statement;
	return ['if', $condition, $then, $p->accept('else') ? $p->statement : undef];
}

sub while_statement {
	my ($p) = @_;
	my $condition = $p->condition;
	return ['while', $condition, $p->statement];
}

sub for_statement {
	my ($p) = @_;
	$p->expect('(');
	my $start = $p->{at};
	my $type = $p->try_type;
	if (defined $type && $p->kind eq 'word' && $p->peek(1) eq ':') {
		my $name = $p->word;
		$p->expect(':');
		my $over = $p->expression;
		$p->expect(')');
		return ['each', $type, $name, $over, $p->statement];
	}
	$p->{at} = $start;
	my $first = $p->simple;
	$p->expect(';');
	my $condition = $p->expression;
	$p->expect(';');
	my $step = $p->simple;
	$p->expect(')');
	return ['for', $first, $condition, $step, $p->statement];
}

sub try_statement {
	my ($p) = @_;
	my $body = $p->block;
	my @catches;
	while ($p->accept('catch')) {
		$p->expect('(');
		my $type = $p->type;
		my $name = $p->word;
		$p->expect(')');
		push @catches, [$type, $name, $p->block];
	}
	return ['try', $body, \@catches, $p->accept('finally') ? $p->block : undef];
}

# every group of a switch: its values (undef is default) and its statements
sub switch_statement {
	my ($p) = @_;
	my $value = $p->condition;
	my @groups;
	$p->expect('{');
	while (!$p->accept('}')) {
		my (@labels, @statements);
		while ($p->peek =~ /^(case|default)$/) {
			push @labels, $p->next_token eq 'case' ? $p->primary : undef;
			$p->expect(':');
		}
		push @statements, $p->statement while $p->peek !~ /^(case|default|\})$/;
		push @groups, [\@labels, \@statements];
	}
	return ['switch', $value, \@groups];
}

sub expression {
	my ($p) = @_;
	my $left = $p->conditional;
	return ['assign', $left, $p->expression] if $p->accept('=');
	return ['assign', $left, ['binary', '+', $left, $p->expression]] if $p->accept('+=');
	return ['assign', $left, ['binary', '+', $left, ['int', 1]]] if $p->accept('++');
	return ['assign', $left, ['binary', '-', $left, ['int', 1]]] if $p->accept('--');
	return $left;
}

sub conditional {
	my ($p) = @_;
	my $condition = $p->binary(0);
	return $condition unless $p->accept('?');
	my $yes = $p->conditional;
	$p->expect(':');
	return ['conditional', $condition, $yes, $p->conditional];
}

my @LEVELS = (['||'], ['&&'], ['|'], ['^'], ['&'], ['==', '!='], ['<', '>', '<=', '>='],
	['<<', '>>'], ['+', '-'], ['*', '/', '%']);

sub binary {
	my ($p, $level) = @_;
	return $p->unary if $level > $#LEVELS;
	my $left = $p->binary($level + 1);
	while ($p->kind eq 'sign' && grep { $_ eq $p->peek } @{ $LEVELS[$level] }) {
		my $operator = $p->next_token;
		$left = ['binary', $operator, $left, $p->binary($level + 1)];
	}
	return $left;
}

sub unary {
	my ($p) = @_;
	return ['not', $p->unary] if $p->accept('!');
	if ($p->accept('-')) {
		my $value = $p->unary;
		return $value->[0] =~ /^(int|long)$/ ? [$value->[0], -$value->[1]] : ['negate', $value];
	}
	if ($p->peek eq '(' && $p->kind eq 'sign') {
		my $start = $p->{at};
		$p->next_token;
		my $type = $p->try_type;
		if (defined $type && $p->accept(')') && ($p->kind ne 'sign' || $p->peek eq '(' || ($type =~ /^[a-z]/ && $p->peek eq '-'))) {
			return ['cast', $type, $p->unary];
		}
		$p->{at} = $start;
	}
	return $p->postfix($p->primary);
}

sub arguments {
	my ($p) = @_;
	my @arguments;
	$p->expect('(');
	while (!$p->accept(')')) {
		push @arguments, $p->expression;
		$p->accept(',');
	}
	return \@arguments;
}

sub postfix {
	my ($p, $value) = @_;
	while (1) {
		if ($p->accept('.')) {
			my $name = $p->word;
			$value = $p->peek eq '(' ? ['call', $value, $name, $p->arguments] : ['field', $value, $name];
		} elsif ($p->accept('[')) {
			$value = ['index', $value, $p->expression];
			$p->expect(']');
		} else {
			return $value;
		}
	}
}

# the parameters of a lambda that starts here, or undef
sub lambda_parameters {
	my ($p) = @_;
	if ($p->kind eq 'word' && $p->peek(1) eq '->') {
		my $name = $p->word;
		return [$name];
	}
	return undef if $p->peek ne '(' || $p->kind ne 'sign';
	my ($ahead, @names) = (1);
	while ($p->peek($ahead) =~ /^(\w+|,)$/) {
		push @names, $1 if $1 ne ',';
		$ahead++;
	}
	return undef if $p->peek($ahead) ne ')' || $p->peek($ahead + 1) ne '->';
	$p->{at} += $ahead + 1;
	return \@names;
}

my %ESCAPE = (n => "\n", t => "\t", '"' => '"', "'" => "'", '\\' => '\\');

sub literal {
	my ($p) = @_;
	my $kind = $p->kind;
	my $text = $p->next_token;
	if ($kind eq 'number') {
		return ['double', $text] if $text =~ /\./;
		my $long = $text =~ s/L$//;
		return [$long ? 'long' : 'int', 0 + $text];
	}
	my $plain = substr($text, 1, -1) =~ s/\\(.)/$ESCAPE{$1}/gr;
	return $kind eq 'char' ? ['char', ord $plain] : ['string', $plain];
}

sub primary {
	my ($p) = @_;
	my $parameters = $p->lambda_parameters;
	if ($parameters) {
		$p->expect('->');
		return ['lambda', $parameters, $p->peek eq '{' ? $p->block : $p->expression];
	}
	return $p->literal if $p->kind =~ /^(number|string|char)$/;
	if ($p->accept('(')) {
		my $inside = $p->expression;
		$p->expect(')');
		return $inside;
	}
	return $p->negative if $p->peek eq '-';
	my $name = $p->word;
	return ['boolean', $name eq 'true' ? 1 : 0] if $name =~ /^(true|false)$/;
	return ['null'] if $name eq 'null';
	return ['this'] if $name eq 'this' && $p->peek ne '(';
	return $p->creation if $name eq 'new';
	return ['call', undef, $name, $p->arguments] if $p->peek eq '(';
	return ['name', $name];
}

sub negative {
	my ($p) = @_;
	$p->expect('-');
	my $value = $p->literal;
	return [$value->[0], -$value->[1]];
}

sub creation {
	my ($p) = @_;
	my $type = $p->word;
	$type .= $p->type_arguments if $p->peek eq '<';
	if ($p->peek eq '[') {
		return $p->array_creation($type);
	}
	my $arguments = $p->arguments;
	return ['new', $type, $arguments, undef] if $p->peek ne '{';
	my %body = (kind => 'class', modifiers => [], implements => [], members => [], anonymous => $type);
	$p->class_body(\%body);
	return ['new', $type, $arguments, \%body];
}

sub array_creation {
	my ($p, $type) = @_;
	$p->expect('[');
	if (!$p->accept(']')) {
		my $size = $p->expression;
		$p->expect(']');
		while ($p->accept('[')) {
			$p->expect(']');
			$type .= '[]';
		}
		return ['newarray', $type, $size, undef];
	}
	while ($p->accept('[')) {
		$p->expect(']');
		$type .= '[]';
	}
	return ['newarray', $type, undef, $p->array_values];
}

1;
