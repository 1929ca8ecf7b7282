# The calls, new objects, arrays, classes without a name and lambdas of Smali.
package SmaliCall;
use strict;
use warnings;
use SmaliValue;

# a type argument of a type, by its number
sub argument_of {
	my ($type, $number) = @_;
	my ($inside) = $type =~ /<(.*)>$/ or return 'Object';
	return (split /,/, $inside)[$number] // 'Object';
}

# the method that a call means, the object it is called on, and the type of what it gives
sub call_target {
	my ($s, $node) = @_;
	my (undef, $on, $name, $arguments) = @$node;
	my @types = map { $s->type_of($_) } @$arguments;
	return $s->super_target(\@types) if $name eq 'super';
	return $s->own_target($name, \@types) if !$on;
	my $static = $s->is_class($on);
	my $type = $static ? $on->[1] : $s->type_of($on);
	return { result => $type, array => 1, on => $on } if $type =~ /\]$/ && $name eq 'clone';
	my $method = $s->find_method($type, $name, \@types) or die "no method $type.$name(@types) in $s->{m}{class}{name}";
	my $result = $method->{type};
	$result = argument_of($type, $1) if $result =~ /^%(\d)$/;
	return { method => $method, owner => $type =~ s/<.*//r, on => $static ? undef : $on, result => $result };
}

sub super_target {
	my ($s, $types) = @_;
	my $parent = $s->{m}{class}{parents}[0];
	my $method = $s->find_method($parent, '<init>', $types) or die "no constructor of $parent(@$types)";
	return { method => $method, owner => $parent, on => ['this'], result => 'void' };
}

sub own_target {
	my ($s, $name, $types) = @_;
	my $object = ['this'];
	for (my $class = $s->{m}{class}; $class; $class = $class->{outer}) {
		my $method = $s->find_method($class->{name}, $name, $types);
		return { method => $method, owner => $class->{name}, on => $method->{static} ? undef : $object, result => $method->{type} } if $method;
		$object = ['field', $object, 'this$0'];
	}
	die "no method $name(@$types) in $s->{m}{class}{name}";
}

sub argument_registers {
	my ($s, $arguments, $types) = @_;
	my @registers;
	for my $i (0 .. $#$arguments) {
		my $register = $s->convert($arguments->[$i], undef, $types->[$i]);
		push @registers, $register;
		push @registers, $register =~ s/(\d+)/$1 + 1/er if SmaliValue::is_wide($types->[$i]);
	}
	return @registers;
}

sub invoke {
	my ($s, $kind, $at, @registers) = @_;
	if (@registers > 5) {
		return $s->invoke_range($kind, $at, @registers);
	}
	$s->emit("invoke-$kind {" . join(', ', @registers) . "}, $at");
}

# more than five registers must stand in a row
sub invoke_range {
	my ($s, $kind, $at, @registers) = @_;
	my @row = map { $s->register('int') } @registers;
	my $types = $at =~ /\((.*)\)/ ? $1 : die;
	my @kinds = ($kind eq 'static' ? () : 'L', $types =~ /\[*(?:L[^;]*;|.)/g);
	my $i = 0;
	for my $type (@kinds) {
		my $wide = $type =~ /^[JD]$/;
		$s->emit('move' . ($wide ? '-wide' : $type =~ /^[L\[]/ ? '-object' : '') . " $row[$i], $registers[$i]");
		$i += $wide ? 2 : 1;
	}
	$s->emit("invoke-$kind/range {$row[0] .. $row[-1]}, $at");
}

sub call_kind {
	my ($s, $target) = @_;
	my $method = $target->{method};
	return 'static' if $method->{static};
	return 'direct' if $method->{name} eq '<init>' || $method->{private};
	return $s->class_of($target->{owner})->{kind} eq 'interface' ? 'interface' : 'virtual';
}

sub call_value {
	my ($s, $node, $target) = @_;
	return $s->call_code($node, $target, 0);
}

sub call_code {
	my ($s, $node, $target, $unused) = @_;
	my $top = $s->{m}{top};
	my $call = $s->call_target($node);
	my $method = $call->{method};
	my @registers;
	push @registers, ($s->value($call->{on}))[0] if $call->{on} && !$method->{static};
	push @registers, $s->argument_registers($node->[3], $method->{parameters});
	my $owner = $method->{owner} eq 'Object' ? 'Object' : $call->{owner};
	$owner = $method->{owner} if $method->{static} && $s->{classes}{$owner};
	my $at = $s->descriptor($owner) . "->$method->{name}" . $s->method_descriptor($method);
	my $kind = $s->call_kind({ %$call, owner => $owner });
	$s->invoke($kind, $at, @registers);
	return ('', 'void') if $method->{type} eq 'void' || $unused;
	my $type = $call->{result};
	$target //= $s->register_at($top, $type);
	$s->emit('move-result' . SmaliValue::suffix($type) . " $target");
	$s->emit("check-cast $target, " . $s->descriptor($type)) if $method->{type} =~ /^%/ && $type ne 'Object';
	return ($target, $type);
}

sub new_value {
	my ($s, $node, $target) = @_;
	my (undef, $type, $arguments, $body) = @$node;
	return $s->anonymous_value($node, $target) if $body;
	my @types = map { $s->type_of($_) } @$arguments;
	my $method = $s->find_method($type, '<init>', \@types) or die "no constructor of $type(@types)";
	my $register = $s->register($type);
	my $top = $s->{m}{top};
	my $descriptor = $s->descriptor($type);
	$s->emit("new-instance $register, $descriptor");
	my @registers = $s->argument_registers($arguments, $method->{parameters});
	$s->invoke('direct', "$descriptor-><init>" . $s->method_descriptor($method), $register, @registers);
	$s->{m}{top} = $top;
	return ($register, $type);
}

# --- arrays

sub newarray_value {
	my ($s, $node, $target) = @_;
	my (undef, $type, $size, $values) = @$node;
	my $array = $s->register('Object');
	my $descriptor = $s->descriptor("$type\[]");
	my $top = $s->{m}{top};
	my ($count) = $s->value($size // ['int', scalar @$values]);
	$s->emit("new-array $array, $count, $descriptor");
	$s->{m}{top} = $top;
	return ($array, "$type\[]") unless $values && @$values;
	my $plain = $type =~ /^(byte|char|int|long)$/ && !grep { $_->[0] !~ /^(int|char|long)$/ && !($_->[0] eq 'cast' && $_->[2][0] eq 'int') } @$values;
	if ($plain && $s->{random}->chance(70)) {
		$s->array_data($array, $type, $values);
	} else {
		$s->array_puts($array, $type, $values);
	}
	return ($array, "$type\[]");
}

my %WIDTH = (byte => 1, char => 2, int => 4, long => 8);

sub array_data {
	my ($s, $array, $type, $values) = @_;
	my $label = $s->label('array');
	$s->emit("fill-array-data $array, $label");
	my @numbers = map { $_->[0] eq 'cast' ? $_->[2][1] : $_->[1] } @$values;
	@numbers = map { my $byte = $_ & 0xff; $byte > 127 ? $byte - 256 : $byte } @numbers if $type eq 'byte';
	my $mark = $type eq 'byte' ? 't' : $type eq 'char' ? 's' : $type eq 'long' ? 'L' : '';
	my @lines = map { '    ' . ($_ < 0 ? sprintf('-0x%x', -$_) : sprintf('0x%x', $_)) . $mark } @numbers;
	push @{ $s->{m}{tail} }, $label, ".array-data $WIDTH{$type}", @lines, '.end array-data';
}

sub array_puts {
	my ($s, $array, $type, $values) = @_;
	my $top = $s->{m}{top};
	for my $i (0 .. $#$values) {
		my $value = $s->convert($values->[$i], undef, $type);
		my ($index) = $s->number($i, undef, 'int');
		$s->emit('aput' . SmaliValue::access($type) . " $value, $array, $index");
		$s->{m}{top} = $top;
	}
}

# --- classes without a name, and lambdas

sub names_in {
	my ($tree) = @_;
	return $tree->[1] if ref $tree eq 'ARRAY' && @$tree == 2 && defined $tree->[0] && !ref $tree->[0] && $tree->[0] eq 'name';
	return map { names_in($_) } @$tree if ref $tree eq 'ARRAY';
	return map { names_in($tree->{$_}) } grep { /^(members|body|value|class)$/ } sort keys %$tree if ref $tree eq 'HASH';
	return ();
}

# the locals of here that a tree uses: name and type
sub captured {
	my ($s, $tree) = @_;
	my %seen;
	my @names = grep { !$seen{$_}++ && $s->find_local($_) } names_in($tree);
	return map { [$_, $s->find_local($_)->{type}] } @names;
}

sub outermost {
	my ($class) = @_;
	$class = $class->{outer} while $class->{outer};
	return $class;
}

sub anonymous_value {
	my ($s, $node, $target) = @_;
	my (undef, $type, $arguments, $body) = @$node;
	my $around = $s->{m}{class};
	my $number = ++$around->{anonymous};
	my $name = "$around->{name}\$$number";
	my @captured = $s->captured($body);
	my $interface = $s->class_of($type)->{kind} eq 'interface';
	my %tree = (%$body, extends => $interface ? undef : $type, implements => $interface ? [$type] : []);
	my $class = $s->record(\%tree, $name, "$around->{binary}\$$number", $around);
	$class->{anonymous_name} = 1;
	$class->{captured} = [$s->{m}{static} ? () : ['this$0', $around->{name}], map { ["val\$$_->[0]", $_->[1]] } @captured];
	$class->{fields}{ $_->[0] } = { name => $_->[0], owner => $name, static => 0, type => $_->[1] } for @{ $class->{captured} };
	$class->{methods}{'<init>'} = [{ name => '<init>', owner => $name, static => 0, type => 'void', parameters => [map { $_->[1] } @{ $class->{captured} }] }];
	$s->{classes}{$name} = $class;
	$s->class_file($class);
	my @values = ($s->{m}{static} ? () : ['this'], map { ['name', $_->[0]] } @captured);
	return ($s->new_value(['new', $name, \@values, undef]))[0], $type;
}

# the one method of an interface, with the types that its arguments have here
sub lambda_shape {
	my ($s, $type) = @_;
	my $class = $s->class_of($type);
	my ($name) = grep { $_ !~ /^(<init>|toString)$/ } keys %{ $class->{methods} };
	my $method = $class->{methods}{$name}[0];
	my $result = $method->{type} =~ /^%(\d)$/ ? argument_of($type, $1) : $method->{type};
	my @parameters = @{ $method->{parameters} };
	@parameters = (argument_of($type, 0)) if $type =~ /^Function</;
	return ($method, $result, @parameters);
}

sub lambda_value {
	my ($s, $node, $target, $type) = @_;
	my (undef, $names, $body) = @$node;
	my ($method, $result, @parameters) = $s->lambda_shape($type);
	my $around = $s->{m}{class};
	die "lambda outside a static method: $around->{name}.$s->{m}{name}" unless $s->{m}{static};
	my @captured = $s->captured($body);
	my $number = $around->{lambdas}++;
	my $in = $s->{m}{name} =~ s/<clinit>/static/r;
	my $lambda = "lambda\$$in\$$number";
	my $block = $body->[0] eq 'block' ? $body : ['block', [$result eq 'void' ? ['expression', $body] : ['return', $body]]];
	my @all = (map({ [$_->[1], $_->[0]] } @captured), map { [$parameters[$_], $names->[$_]] } 0 .. $#$names);
	$around->{methods}{$lambda} = [{ name => $lambda, owner => $around->{name}, static => 1, type => $result, parameters => [map { $_->[0] } @all] }];
	$around->{extra} .= $s->method($around, { modifiers => ['static', 'synthetic'], name => $lambda, type => $result, parameters => \@all, body => $block });
	my $name = $s->lambda_class($around, $number, $lambda, $type, $method, $result, \@captured, \@parameters);
	my ($register) = $s->new_value(['new', $name, [map { ['name', $_->[0]] } @captured], undef]);
	$s->emit("move-object $target, $register") if defined $target && $register ne $target;
	return $target // $register;
}

sub lambda_class {
	my ($s, $around, $number, $lambda, $type, $method, $result, $captured, $parameters) = @_;
	my $name = "$around->{name}\$\$ExternalSyntheticLambda$number";
	my @fields = map { { what => 'field', modifiers => ['public', 'final', 'synthetic'], name => "f\$$_", type => $captured->[$_][1] } } 0 .. $#$captured;
	my @starts = map { ['expression', ['assign', ['field', ['this'], "f\$$_"], ['name', "\$$_"]]] } 0 .. $#$captured;
	my @constructor = map { [$captured->[$_][1], "\$$_"] } 0 .. $#$captured;
	my @values = map { ['field', ['this'], "f\$$_"] } 0 .. $#$captured;
	my @erased = @{ $method->{parameters} };
	push @values, map { $erased[$_] eq $parameters->[$_] ? ['name', "a$_"] : ['cast', $parameters->[$_], ['name', "a$_"]] } 0 .. $#erased;
	my $call = ['call', ['name', $around->{name}], $lambda, \@values];
	my %tree = (kind => 'class', modifiers => ['public', 'final', 'synthetic'], name => $name, implements => [$type], members => [
		@fields,
		{ what => 'constructor', modifiers => ['public'], name => '<init>', type => 'void', parameters => \@constructor, body => ['block', \@starts] },
		{ what => 'method', modifiers => ['public', 'final'], name => $method->{name}, type => $result eq 'void' || $method->{type} !~ /^%/ ? $method->{type} : 'Object',
			parameters => [map { [$erased[$_], "a$_"] } 0 .. $#erased],
			body => ['block', [$result eq 'void' ? ['expression', $call] : ['return', $call]]] },
	]);
	my $class = $s->record(\%tree, $name, "$around->{binary}\$\$ExternalSyntheticLambda$number", undef);
	$s->{classes}{$name} = $class;
	$s->class_file($class);
	return $name;
}

1;
