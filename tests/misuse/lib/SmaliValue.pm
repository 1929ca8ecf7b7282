# The expressions of Smali. A value is computed into a register, which is the one asked for, that
# of the local it is, or a new one above those in use.
package SmaliValue;
use strict;
use warnings;
use Library;

sub emit {
	my ($s, $line) = @_;
	push @{ $s->{m}{out} }, $line;
}

sub label {
	my ($s, $kind) = @_;
	return ":${kind}_" . $s->{m}{labels}++;
}

sub put_label {
	my ($s, $label) = @_;
	$s->emit($label);
}

sub is_wide { return $_[0] =~ /^(long|double)$/ }
sub suffix { return is_wide($_[0]) ? '-wide' : $_[0] =~ /^(int|byte|char|boolean)$/ ? '' : '-object' }

# the ending of an instruction that reads or writes a field or an array element
sub access {
	my ($type) = @_;
	return "-$type" if $type =~ /^(byte|char|boolean)$/;
	return suffix($type);
}

sub quoted {
	my ($text) = @_;
	return '"' . ($text =~ s/([\\"])/\\$1/gr =~ s/\n/\\n/gr =~ s/\t/\\t/gr) . '"';
}

sub register {
	my ($s, $type) = @_;
	my $m = $s->{m};
	my $register = "v$m->{top}";
	$m->{top} += is_wide($type) ? 2 : 1;
	$m->{max} = $m->{top} if $m->{top} > $m->{max};
	return $register;
}

# a register in the place of those that were only needed for the value it gets
sub register_at {
	my ($s, $top, $type) = @_;
	$s->{m}{top} = $top;
	return $s->register($type);
}

sub find_local {
	my ($s, $name) = @_;
	for my $scope (reverse @{ $s->{m}{scopes} }) {
		return $scope->{$name} if $scope->{$name};
	}
	return undef;
}

# a name as a tree that says what it is: a local stays a name, a field gets its object
sub resolve {
	my ($s, $name) = @_;
	my $object = ['this'];
	for (my $class = $s->{m}{class}; $class; $class = $class->{outer}) {
		my $field = $s->find_field($class->{name}, $name);
		return ['field', $field->{static} ? ['name', $field->{owner}] : $object, $name] if $field;
		return ['field', $object, "val\$$name"] if $s->find_field($class->{name}, "val\$$name");
		$object = ['field', $object, 'this$0'];
	}
	return undef;
}

sub is_class {
	my ($s, $node) = @_;
	return $node->[0] eq 'name' && !$s->find_local($node->[1]) && $node->[1] =~ /^[A-Z]/ && $s->class_of($node->[1]) ? 1 : 0;
}

# --- types

my %LITERAL = (int => 'int', long => 'long', double => 'double', char => 'char', string => 'String', boolean => 'boolean',
	null => 'null', lambda => 'lambda', not => 'boolean');

sub type_of {
	my ($s, $node) = @_;
	my $kind = $node->[0];
	return $LITERAL{$kind} if $LITERAL{$kind};
	return $s->{m}{class}{name} if $kind eq 'this';
	return $node->[1] if $kind =~ /^(cast|new)$/;
	return "$node->[1]\[]" if $kind eq 'newarray';
	return $s->type_of($node->[1]) =~ s/\[\]$//r if $kind eq 'index';
	return $s->type_of($node->[1]) if $kind =~ /^(assign|negate)$/;
	return $s->binary_type($node) if $kind eq 'binary';
	return $s->conditional_type($node) if $kind eq 'conditional';
	return $s->call_target($node)->{result} if $kind eq 'call';
	if ($kind eq 'name') {
		my $local = $s->find_local($node->[1]);
		return $local->{type} if $local;
		my $field = $s->resolve($node->[1]) or die "unknown name: $node->[1] in $s->{m}{class}{name}.$s->{m}{name}";
		return $s->type_of($field);
	}
	die "no type: $kind" if $kind ne 'field';
	return $s->field_of($node)->{type};
}

sub conditional_type {
	my ($s, $node) = @_;
	my $type = $s->type_of($node->[2]);
	return $type eq 'null' ? $s->type_of($node->[3]) : $type;
}

sub binary_type {
	my ($s, $node) = @_;
	return 'boolean' if $node->[1] =~ /^(==|!=|<|>|<=|>=|&&|\|\|)$/;
	my @types = ($s->type_of($node->[2]), $s->type_of($node->[3]));
	return 'String' if $node->[1] eq '+' && grep { $_ eq 'String' } @types;
	for my $type (qw(double long)) {
		return $type if grep { $_ eq $type } @types;
	}
	return $types[0] eq 'boolean' ? 'boolean' : 'int';
}

sub field_of {
	my ($s, $node) = @_;
	my (undef, $object, $name) = @$node;
	my $type = $s->is_class($object) ? $object->[1] : $s->type_of($object);
	return { length => 1, type => 'int' } if $type =~ /\]$/ && $name eq 'length';
	return $s->find_field($type, $name) // die "no field $type.$name";
}

# --- values

my %VALUE = (
	int => sub { $_[0]->number($_[1][1], $_[2], 'int') },
	char => sub { $_[0]->number($_[1][1], $_[2], 'char') },
	boolean => sub { $_[0]->number($_[1][1], $_[2], 'boolean') },
	null => sub { $_[0]->number(0, $_[2], 'null') },
	long => sub { $_[0]->wide_number($_[1][1], $_[2]) },
	double => \&double_value, string => \&string_value, this => sub { ('p0', $_[0]{m}{class}{name}) },
	name => \&name_value, field => \&field_value, index => \&index_value, cast => \&cast_value, binary => \&binary_value,
	conditional => \&conditional_value, map({ my $write = "${_}_value"; $_ => sub { my $s = shift; $s->$write(@_) } } qw(call new newarray)),
	assign => \&assign_value, not => \&truth_value, negate => \&negate_value, lambda => sub { die "lambda of no type" },
);

# the register that holds the value, and its type
sub value {
	my ($s, $node, $target) = @_;
	my $write = $VALUE{ $node->[0] } or die "no value: $node->[0]";
	return $s->$write($node, $target);
}

# the register that holds the value as a value of the wanted type
sub convert {
	my ($s, $node, $target, $wanted) = @_;
	my $top = $s->{m}{top};
	return $s->lambda_value($node, $target, $wanted) if $node->[0] eq 'lambda';
	return ($s->value([$wanted, $node->[1]], $target))[0] if $node->[0] =~ /^(int|char)$/ && $wanted eq 'long';
	my $type = $s->type_of($node);
	if ($wanted =~ /^(long|double)$/ && $type !~ /^(long|double)$/) {
		my ($from) = $s->value($node);
		$target //= $s->register_at($top, $wanted);
		$s->emit("int-to-$wanted $target, $from");
		return $target;
	}
	my ($register) = $s->value($node, $target);
	if (defined $target && $register ne $target) {
		$s->emit('move' . suffix($wanted) . " $target, $register");
		return $target;
	}
	return $register;
}

# an expression for what it does; its value is left
sub effect {
	my ($s, $node) = @_;
	return $s->call_code($node, undef, 1) if $node->[0] eq 'call';
	return $s->assign_code($node) if $node->[0] eq 'assign';
	$s->value($node);
}

sub number {
	my ($s, $number, $target, $type) = @_;
	$target //= $s->register('int');
	my $size = $number >= -8 && $number <= 7 ? 'const/4' : $number >= -32768 && $number <= 32767 ? 'const/16' : 'const';
	my $text = $number < 0 ? sprintf('-0x%x', -$number) : sprintf('0x%x', $number);
	$s->emit("$size $target, $text");
	return ($target, $type);
}

sub wide_number {
	my ($s, $number, $target) = @_;
	$target //= $s->register('long');
	my $size = abs $number < 32768 ? 'const-wide/16' : abs $number < 2147483648 ? 'const-wide/32' : 'const-wide';
	my $text = ($number < 0 ? sprintf('-0x%x', -$number) : sprintf('0x%x', $number)) . ($size eq 'const-wide' ? 'L' : '');
	$s->emit("$size $target, $text");
	return ($target, 'long');
}

sub double_value {
	my ($s, $node, $target) = @_;
	$target //= $s->register('double');
	my $bits = unpack 'Q', pack 'd', $node->[1];
	$s->emit(sprintf 'const-wide %s, 0x%xL', $target, $bits);
	return ($target, 'double');
}

sub string_value {
	my ($s, $node, $target) = @_;
	$target //= $s->register('String');
	$s->emit("const-string $target, " . quoted($node->[1]));
	return ($target, 'String');
}

sub name_value {
	my ($s, $node, $target) = @_;
	my $local = $s->find_local($node->[1]);
	return ($local->{register}, $local->{type}) if $local;
	my $field = $s->resolve($node->[1]) or die "unknown name: $node->[1]";
	return $s->value($field, $target);
}

sub field_value {
	my ($s, $node, $target) = @_;
	my $top = $s->{m}{top};
	my $field = $s->field_of($node);
	if ($field->{length}) {
		my ($array) = $s->value($node->[1]);
		$target //= $s->register_at($top, 'int');
		$s->emit("array-length $target, $array");
		return ($target, 'int');
	}
	return $s->value($field->{constant}, $target) if $field->{constant};
	my $at = $s->descriptor($field->{owner}) . "->$field->{name}:" . $s->descriptor($field->{type});
	if ($field->{static}) {
		$target //= $s->register_at($top, $field->{type});
		$s->emit('sget' . access($field->{type}) . " $target, $at");
		return ($target, $field->{type});
	}
	my ($object) = $s->value($node->[1]);
	$target //= $s->register_at($top, $field->{type});
	$s->emit('iget' . access($field->{type}) . " $target, $object, $at");
	return ($target, $field->{type});
}

sub index_value {
	my ($s, $node, $target) = @_;
	my $top = $s->{m}{top};
	my ($array, $type) = $s->value($node->[1]);
	my ($index) = $s->value($node->[2]);
	$type =~ s/\[\]$//;
	$target //= $s->register_at($top, $type);
	$s->emit('aget' . access($type) . " $target, $array, $index");
	return ($target, $type);
}

my %NARROW = (byte => 'int-to-byte', char => 'int-to-char');

sub cast_value {
	my ($s, $node, $target) = @_;
	my $top = $s->{m}{top};
	my (undef, $type, $inside) = @$node;
	my $from = $s->type_of($inside);
	if ($inside->[0] eq 'int' && $type eq 'byte') {
		my $byte = $inside->[1] & 0xff;
		return $s->number($byte > 127 ? $byte - 256 : $byte, $target, 'byte');
	}
	my ($register) = $s->value($inside);
	if ($type !~ /^[a-z]+$/) {
		$target //= $s->register_at($top, $type);
		$s->emit("move-object $target, $register") if $register ne $target;
		$s->emit("check-cast $target, " . $s->descriptor($type));
		return ($target, $type);
	}
	my $operation = $NARROW{$type} // "$from-to-$type";
	return ($register, $type) if $operation =~ /^(int|byte|char)-to-int$/;
	$target //= $s->register_at($top, $type);
	$s->emit("$operation $target, $register");
	return ($target, $type);
}

my %OPERATION = ('+' => 'add', '-' => 'sub', '*' => 'mul', '/' => 'div', '%' => 'rem', '&' => 'and', '|' => 'or', '^' => 'xor',
	'<<' => 'shl', '>>' => 'shr');

sub binary_value {
	my ($s, $node, $target) = @_;
	my $top = $s->{m}{top};
	my (undef, $operator, $left, $right) = @$node;
	my $type = $s->binary_type($node);
	return $s->concat_value($node, $target) if $type eq 'String';
	return $s->truth_value($node, $target) if !$OPERATION{$operator};
	if ($type eq 'int' && $right->[0] eq 'int' && $operator eq '+' && abs $right->[1] < 128) {
		my ($register) = $s->value($left);
		$target //= $s->register_at($top, $type);
		$s->emit("add-int/lit8 $target, $register, " . sprintf $right->[1] < 0 ? '-0x%x' : '0x%x', abs $right->[1]);
		return ($target, $type);
	}
	my $first = $s->convert($left, undef, $type);
	my $second = $s->convert($right, undef, $operator =~ /^(<<|>>)$/ ? 'int' : $type);
	$target //= $s->register_at($top, $type);
	my $kind = $type eq 'boolean' ? 'int' : $type;
	$s->emit("$OPERATION{$operator}-$kind $target, $first, $second");
	return ($target, $type);
}

sub pieces {
	my ($s, $node) = @_;
	return ($node) if $node->[0] ne 'binary' || $node->[1] ne '+' || $s->binary_type($node) ne 'String';
	return ($s->pieces($node->[2]), $node->[3]);
}

# a sum of texts: one literal if it is constant, or a StringBuilder
sub concat_value {
	my ($s, $node, $target) = @_;
	my @pieces;
	for my $piece ($s->pieces($node)) {
		my $literal = $s->known($piece);
		if ($literal && @pieces && $pieces[-1][0] eq 'string' && $literal->[0] eq 'string') {
			$pieces[-1] = ['string', $pieces[-1][1] . $literal->[1]];
		} else {
			push @pieces, $literal // $piece;
		}
	}
	return $s->value($pieces[0], $target) if @pieces == 1;
	my $tree = ['new', 'StringBuilder', [], undef];
	$tree = ['call', $tree, 'append', [$_]] for @pieces;
	return $s->value(['call', $tree, 'toString', []], $target);
}

# the text that a constant of the language stands for, or undef
sub known {
	my ($s, $node) = @_;
	return $node if $node->[0] eq 'string';
	return undef if $node->[0] !~ /^(name|field)$/ || ($node->[0] eq 'name' && $s->find_local($node->[1]));
	my $field = $node->[0] eq 'name' ? $s->resolve($node->[1]) : $node;
	return undef if !$field || $field->[0] ne 'field' || !$s->is_class($field->[1]);
	my $constant = $s->field_of($field)->{constant};
	return $constant && $constant->[0] eq 'string' ? $constant : undef;
}

sub truth_value {
	my ($s, $node, $target) = @_;
	$target //= $s->register('boolean');
	my ($no, $end) = ($s->label('cond'), $s->label('goto'));
	$s->jump_unless($node, $no);
	$s->emit("const/4 $target, 0x1");
	$s->emit("goto $end");
	$s->put_label($no);
	$s->emit("const/4 $target, 0x0");
	$s->put_label($end);
	return ($target, 'boolean');
}

sub negate_value {
	my ($s, $node, $target) = @_;
	my $top = $s->{m}{top};
	my ($register, $type) = $s->value($node->[1]);
	$target //= $s->register_at($top, $type);
	$s->emit("neg-$type $target, $register");
	return ($target, $type);
}

sub conditional_value {
	my ($s, $node, $target) = @_;
	my (undef, $condition, $yes, $no) = @$node;
	my $type = $s->conditional_type($node);
	$target //= $s->register($type);
	my ($other, $end) = ($s->label('cond'), $s->label('goto'));
	$s->jump_unless($condition, $other);
	$s->convert($yes, $target, $type);
	$s->emit("goto $end");
	$s->put_label($other);
	$s->convert($no, $target, $type);
	$s->put_label($end);
	return ($target, $type);
}

my %UNLESS = ('==' => 'ne', '!=' => 'eq', '<' => 'ge', '>=' => 'lt', '>' => 'le', '<=' => 'gt');
my %IF = ('==' => 'eq', '!=' => 'ne', '<' => 'lt', '>=' => 'ge', '>' => 'gt', '<=' => 'le');

sub jump_unless {
	my ($s, $node, $label) = @_;
	$s->jump($node, $label, 0);
}

# goes to the label when the truth of the condition is as given
sub jump {
	my ($s, $node, $label, $truth) = @_;
	my $top = $s->{m}{top};
	if ($node->[0] eq 'not') {
		$s->jump($node->[1], $label, !$truth);
	} elsif ($node->[0] eq 'binary' && $node->[1] =~ /^(&&|\|\|)$/) {
		$s->jump_both($node, $label, $truth);
	} elsif ($node->[0] eq 'binary' && $IF{ $node->[1] }) {
		$s->jump_compare($node, $label, $truth);
	} else {
		my ($register) = $s->value($node);
		$s->emit(($truth ? 'if-nez' : 'if-eqz') . " $register, $label");
	}
	$s->{m}{top} = $top;
}

sub jump_both {
	my ($s, $node, $label, $truth) = @_;
	my $both = $node->[1] eq '&&';
	if (!$truth == $both) {
		$s->jump($node->[2], $label, $truth);
		$s->jump($node->[3], $label, $truth);
		return;
	}
	my $past = $s->label('cond');
	$s->jump($node->[2], $past, !$truth);
	$s->jump($node->[3], $label, $truth);
	$s->put_label($past);
}

sub jump_compare {
	my ($s, $node, $label, $truth) = @_;
	my (undef, $operator, $left, $right) = @$node;
	my $test = $truth ? $IF{$operator} : $UNLESS{$operator};
	my ($type) = grep { /^(long|double)$/ } $s->type_of($left), $s->type_of($right);
	if ($type) {
		my $first = $s->convert($left, undef, $type);
		my $second = $s->convert($right, undef, $type);
		my $result = $s->register('int');
		$s->emit(($type eq 'long' ? 'cmp-long' : 'cmpg-double') . " $result, $first, $second");
		return $s->emit("if-${test}z $result, $label");
	}
	my ($first) = $s->value($left);
	if ($right->[0] eq 'null' || ($right->[0] =~ /^(int|boolean)$/ && $right->[1] == 0)) {
		return $s->emit("if-${test}z $first, $label");
	}
	my ($second) = $s->value($right);
	$s->emit("if-$test $first, $second, $label");
}

# --- assignments

sub assign_value {
	my ($s, $node, $target) = @_;
	return ($s->assign_code($node), $s->type_of($node->[1]));
}

sub assign_code {
	my ($s, $node) = @_;
	my (undef, $left, $right) = @$node;
	if ($left->[0] eq 'name') {
		my $local = $s->find_local($left->[1]);
		return $s->convert($right, $local->{register}, $local->{type}) if $local;
		$left = $s->resolve($left->[1]) or die "unknown name: $node->[1][1]";
	}
	if ($left->[0] eq 'index') {
		my ($array, $type) = $s->value($left->[1]);
		my ($index) = $s->value($left->[2]);
		$type =~ s/\[\]$//;
		my $value = $s->convert($right, undef, $type);
		$s->emit('aput' . access($type) . " $value, $array, $index");
		return $value;
	}
	my $field = $s->field_of($left);
	my $at = $s->descriptor($field->{owner}) . "->$field->{name}:" . $s->descriptor($field->{type});
	if ($field->{static}) {
		my $value = $s->convert($right, undef, $field->{type});
		$s->emit('sput' . access($field->{type}) . " $value, $at");
		return $value;
	}
	my ($object) = $s->value($left->[1]);
	my $value = $s->convert($right, undef, $field->{type});
	$s->emit('iput' . access($field->{type}) . " $value, $object, $at");
	return $value;
}

1;
