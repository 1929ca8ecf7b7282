# Prints a tree of Parse as smali, one text for every class. What javac and the desugaring of
# Android do is done here too: captured locals, lambdas as synthetic classes, switches on texts,
# the members of an enum, field values moved into constructors, finally blocks written twice.
package Smali;
use strict;
use warnings;
use Library;
use SmaliValue;
use SmaliCall;
use SmaliStatement;

our @ISA = qw(SmaliValue SmaliCall SmaliStatement);

my %PRIMITIVE = (int => 'I', long => 'J', byte => 'B', char => 'C', boolean => 'Z', double => 'D', void => 'V');

sub new {
	my ($class, $package, $random) = @_;
	return bless { package => $package, random => $random, classes => {}, files => {} }, $class;
}

# the texts of all classes, by path
sub files {
	my ($s, $classes) = @_;
	$s->declare($_, undef) for @$classes;
	$s->class_file($s->{classes}{ $_->{name} }) for @$classes;
	return $s->{files};
}

sub declare {
	my ($s, $tree, $outer) = @_;
	my $binary = $outer ? "$outer->{binary}\$$tree->{name}" : ($s->{package} =~ s/\./\//gr) . "/$tree->{name}";
	my $class = $s->record($tree, $tree->{name}, $binary, $outer);
	$s->{classes}{ $tree->{name} } = $class;
	for my $member (@{ $tree->{members} }) {
		$s->declare($member->{class}, $class) if $member->{what} eq 'class';
	}
	$s->enum_members($class) if $tree->{kind} eq 'enum';
}

sub record {
	my ($s, $tree, $name, $binary, $outer) = @_;
	my $class = { tree => $tree, name => $name, binary => $binary, outer => $outer, kind => $tree->{kind},
		fields => {}, methods => {}, anonymous => 0, lambdas => 0, extra => '' };
	$class->{parents} = [$tree->{extends} // 'Object', @{ $tree->{implements} }];
	for my $member (@{ $tree->{members} }) {
		my $static = (grep { $_ eq 'static' } @{ $member->{modifiers} // [] }) ? 1 : 0;
		my $private = (grep { $_ eq 'private' } @{ $member->{modifiers} // [] }) ? 1 : 0;
		if ($member->{what} eq 'field') {
			$class->{fields}{ $member->{name} } =
				{ name => $member->{name}, owner => $name, static => $static, type => $member->{type}, constant => constant($member) };
		} elsif ($member->{what} =~ /^(method|constructor)$/) {
			push @{ $class->{methods}{ $member->{name} } },
				{ name => $member->{name}, owner => $name, static => $static, private => $private, type => $member->{type},
				parameters => [map { $_->[0] } @{ $member->{parameters} }] };
		}
	}
	$class->{methods}{'<init>'} //= [{ name => '<init>', owner => $name, static => 0, type => 'void', parameters => [] }];
	return $class;
}

# the literal of a static final field that is inlined at its uses
sub constant {
	my ($field) = @_;
	my %modifier = map { $_ => 1 } @{ $field->{modifiers} };
	return undef unless $modifier{final} && $field->{value} && $field->{type} =~ /^(String|int|long|boolean|char)$/;
	return $modifier{static} && $field->{value}[0] =~ /^(string|int|long|boolean|char)$/ ? $field->{value} : undef;
}

sub enum_members {
	my ($s, $class) = @_;
	my $name = $class->{name};
	$class->{parents}[0] = 'Enum';
	$class->{fields}{ $_->[0] } = { name => $_->[0], owner => $name, static => 1, type => $name } for @{ $class->{tree}{constants} };
	$class->{methods}{values} = [{ name => 'values', owner => $name, static => 1, type => "$name\[]", parameters => [] }];
	$class->{methods}{valueOf} = [{ name => 'valueOf', owner => $name, static => 1, type => $name, parameters => ['String'] }];
	unshift @{ $_->{parameters} }, 'String', 'int' for @{ $class->{methods}{'<init>'} };
}

sub class_of {
	my ($s, $type) = @_;
	my $name = $type =~ s/<.*//r;
	return $s->{classes}{$name} // Library::class_of($name);
}

sub descriptor {
	my ($s, $type) = @_;
	return '[' . $s->descriptor($1) if $type =~ /^(.*)\[\]$/;
	$type =~ s/<.*//;
	return $PRIMITIVE{$type} if $PRIMITIVE{$type};
	return "L$s->{classes}{$type}{binary};" if $s->{classes}{$type};
	my $full = Library::full_name($type) or die "unknown type: $type";
	return 'L' . ($full =~ s/\./\//gr) . ';';
}

sub method_descriptor {
	my ($s, $method) = @_;
	my $type = $method->{type} =~ /^%/ ? 'Object' : $method->{type};
	return '(' . join('', map { $s->descriptor($_) } @{ $method->{parameters} }) . ')' . $s->descriptor($type);
}

sub find_field {
	my ($s, $type, $name) = @_;
	my $class = $s->class_of($type) or return undef;
	return $class->{fields}{$name} if $class->{fields}{$name};
	for my $parent (@{ $class->{parents} }) {
		my $field = $s->find_field($parent, $name);
		return $field if $field;
	}
	return undef;
}

sub is_a {
	my ($s, $type, $wanted) = @_;
	return 1 if $type eq $wanted || $wanted eq 'Object';
	my $class = $s->class_of($type) or return 0;
	return scalar grep { $s->is_a($_, $wanted =~ s/<.*//r) } @{ $class->{parents} }, $type =~ /</ ? $type =~ s/<.*//r : ();
}

sub all_methods {
	my ($s, $type, $name) = @_;
	my $class = $s->class_of($type) or return ();
	my @methods = @{ $class->{methods}{$name} // [] };
	push @methods, $s->all_methods($_, $name) for $name eq '<init>' ? () : @{ $class->{parents} };
	return @methods;
}

my %WIDENS = ('byte int' => 1, 'char int' => 1, 'int long' => 1, 'int double' => 1, 'byte long' => 1, 'char long' => 1);

sub fits {
	my ($s, $type, $wanted) = @_;
	return 3 if $type eq $wanted;
	return 2 if $type eq 'lambda';
	return $wanted !~ /^[a-z]/ && $wanted !~ /\]$/ ? 2 : $wanted =~ /\]$/ ? 1 : 0 if $type eq 'null';
	return $WIDENS{"$type $wanted"} ? 1 : 0 if $type =~ /^[a-z]+$/ || $wanted =~ /^[a-z]+$/;
	if ($type =~ /\]$/) {
		return 1 if $wanted eq 'Object';
		my ($item, $wanted_item) = map { /^([A-Z].*)\[\]$/ ? $1 : '' } $type, $wanted;
		return $item ne '' && $wanted_item ne '' && $s->fits($item, $wanted_item) ? 1 : 0;
	}
	return 0 if $wanted =~ /\]$/;
	return $wanted eq 'Object' ? 1 : $s->is_a($type, $wanted) ? 2 : 0;
}

# the method that javac would choose for arguments of these types
sub find_method {
	my ($s, $type, $name, $types) = @_;
	my ($best, $best_score);
	METHOD: for my $method ($s->all_methods($type, $name)) {
		my @wanted = @{ $method->{parameters} };
		next if @wanted != @$types;
		my $score = 1;
		for my $i (0 .. $#wanted) {
			my $fits = $s->fits($types->[$i], $wanted[$i] =~ s/<.*//r) || ($types->[$i] eq $wanted[$i]);
			next METHOD unless $fits;
			$score += $fits;
		}
		($best, $best_score) = ($method, $score) if !$best || $score > $best_score;
	}
	return $best;
}

# --- classes

sub flags {
	my ($modifiers) = @_;
	return join '', map { "$_ " } @$modifiers;
}

sub class_file {
	my ($s, $class) = @_;
	my $tree = $class->{tree};
	my $flags = flags([grep { $_ ne 'static' && $_ ne 'private' } @{ $tree->{modifiers} }]);
	$flags .= 'interface abstract ' if $class->{kind} eq 'interface';
	$flags .= 'final enum ' if $class->{kind} eq 'enum';
	my ($super, @interfaces) = map { $s->descriptor($_) } @{ $class->{parents} };
	my $text = ".class ${flags}L$class->{binary};\n.super $super\n";
	$text .= ".implements $_\n" for @interfaces;
	$text .= $s->signature_note($class);
	$text .= "\n" . $s->field_texts($class);
	local $s->{class} = $class;
	$text .= $s->methods_text($class);
	$s->{files}{"$class->{binary}.smali"} = $text . $class->{extra};
	for my $member (@{ $tree->{members} }) {
		$s->class_file($s->{classes}{ $member->{class}{name} }) if $member->{what} eq 'class';
	}
}

# what dx and d8 write about classes inside classes
sub signature_note {
	my ($s, $class) = @_;
	my $outer = $class->{outer} or return '';
	my $name = $class->{anonymous_name} ? 'null' : "\"$class->{name}\"";
	my $kind = $class->{anonymous_name} ? 'EnclosingClass' : 'MemberClass';
	my $flags = (grep { $_ eq 'static' } @{ $class->{tree}{modifiers} }) || $class->{kind} ne 'class' ? '0x8' : '0x0';
	return "\n.annotation system Ldalvik/annotation/EnclosingClass;\n    value = L$outer->{binary};\n.end annotation\n"
		. "\n.annotation system Ldalvik/annotation/InnerClass;\n    accessFlags = $flags\n    name = $name\n.end annotation\n";
}

sub literal_text {
	my ($value) = @_;
	return $value->[0] eq 'string' ? SmaliValue::quoted($value->[1])
		: $value->[0] eq 'boolean' ? ($value->[1] ? 'true' : 'false')
		: $value->[0] eq 'char' ? sprintf('\'\\u%04x\'', $value->[1])
		: $value->[0] eq 'long' ? "$value->[1]L" : $value->[1];
}

sub field_texts {
	my ($s, $class) = @_;
	my $text = '';
	for my $constant (@{ $class->{tree}{constants} // [] }) {
		$text .= ".field public static final enum $constant->[0]:L$class->{binary};\n\n";
	}
	$text .= ".field private static final synthetic \$VALUES:[L$class->{binary};\n\n" if $class->{kind} eq 'enum';
	for my $field (grep { $_->{what} eq 'field' } @{ $class->{tree}{members} }) {
		my $constant = $class->{fields}{ $field->{name} }{constant};
		$text .= '.field ' . flags($field->{modifiers}) . "$field->{name}:" . $s->descriptor($field->{type});
		$text .= ' = ' . literal_text($constant) if $constant;
		$text .= "\n\n";
	}
	$text .= ".field final synthetic $_->[0]:" . $s->descriptor($_->[1]) . "\n\n" for @{ $class->{captured} // [] };
	return $text;
}

sub methods_text {
	my ($s, $class) = @_;
	my $text = '';
	my @members = @{ $class->{tree}{members} };
	$text .= $s->static_start($class) . $s->enum_methods($class);
	if ($class->{kind} ne 'interface' && !grep { $_->{what} eq 'constructor' } @members) {
		my $private = $class->{kind} eq 'enum' ? ['private'] : [];
		$text .= $s->constructor($class, { what => 'constructor', modifiers => $private, name => '<init>', type => 'void', parameters => [], body => ['block', []] });
	}
	for my $member (@members) {
		$text .= $s->constructor($class, $member) if $member->{what} eq 'constructor';
		$text .= $s->method($class, $member) if $member->{what} eq 'method';
	}
	return $text;
}

sub field_starts {
	my ($s, $class, $static) = @_;
	my @statements;
	for my $member (@{ $class->{tree}{members} }) {
		push @statements, $member->{body} if $static && $member->{what} eq 'static';
		next if $member->{what} ne 'field' || !$member->{value};
		my $field = $class->{fields}{ $member->{name} };
		next if $field->{static} != $static || $field->{constant};
		push @statements, ['expression', ['assign', ['name', $member->{name}], $member->{value}]];
	}
	return @statements;
}

sub static_start {
	my ($s, $class) = @_;
	my @statements = $s->field_starts($class, 1);
	unshift @statements, $s->enum_starts($class) if $class->{kind} eq 'enum';
	return '' unless @statements;
	return $s->method($class, { what => 'method', modifiers => ['static', 'constructor'], name => '<clinit>', type => 'void',
		parameters => [], body => ['block', \@statements] });
}

sub enum_starts {
	my ($s, $class) = @_;
	my ($at, @statements, @values) = (0);
	for my $constant (@{ $class->{tree}{constants} }) {
		my $value = ['new', $class->{name}, [['string', $constant->[0]], ['int', $at++], @{ $constant->[1] }], undef];
		push @statements, ['expression', ['assign', ['name', $constant->[0]], $value]];
		push @values, ['name', $constant->[0]];
	}
	$class->{fields}{'$VALUES'} = { name => '$VALUES', owner => $class->{name}, static => 1, type => "$class->{name}\[]" };
	return @statements, ['expression', ['assign', ['name', '$VALUES'], ['newarray', $class->{name}, undef, \@values]]];
}

sub enum_methods {
	my ($s, $class) = @_;
	return '' if $class->{kind} ne 'enum';
	my $type = "L$class->{binary};";
	return <<"END";
.method public static valueOf(Ljava/lang/String;)$type
    .locals 1

    const-class v0, $type
    invoke-static {v0, p0}, Ljava/lang/Enum;->valueOf(Ljava/lang/Class;Ljava/lang/String;)Ljava/lang/Enum;
    move-result-object v0
    check-cast v0, $type
    return-object v0
.end method

.method public static values()[$type
    .locals 1

    sget-object v0, $type->\$VALUES:[$type
    invoke-virtual {v0}, [$type->clone()Ljava/lang/Object;
    move-result-object v0
    check-cast v0, [$type
    return-object v0
.end method

END
}

sub constructor {
	my ($s, $class, $member) = @_;
	my @parameters = @{ $member->{parameters} };
	unshift @parameters, ['String', '$name'], ['int', '$ordinal'] if $class->{kind} eq 'enum';
	my @rest = @{ $member->{body}[1] };
	my $super = ['call', undef, 'super', $class->{kind} eq 'enum' ? [['name', '$name'], ['name', '$ordinal']] : []];
	$super = (shift @rest)->[1] if @rest && $rest[0][0] eq 'expression' && $rest[0][1][0] eq 'call' && $rest[0][1][2] eq 'super';
	my @captures = map { ['expression', ['assign', ['field', ['this'], $_->[0]], ['name', "\$$_->[0]"]]] } @{ $class->{captured} // [] };
	unshift @parameters, map { [$_->[1], "\$$_->[0]"] } @{ $class->{captured} // [] };
	my @statements = (@captures, ['expression', $super], $s->field_starts($class, 0), @rest);
	return $s->method($class, { %$member, modifiers => [@{ $member->{modifiers} }, 'constructor'], parameters => \@parameters, body => ['block', \@statements] });
}

sub method {
	my ($s, $class, $member) = @_;
	my $head = '.method ' . flags($member->{modifiers});
	$head .= 'public ' if $class->{kind} eq 'interface' && $head !~ /public /;
	$head .= 'abstract ' if !$member->{body} && $head !~ /abstract /;
	$head .= $member->{name} . $s->method_descriptor({ type => $member->{type}, parameters => [map { $_->[0] } @{ $member->{parameters} }] });
	return "$head\n.end method\n\n" unless $member->{body};
	local $s->{m} = $s->method_state($class, $member);
	my $completes = $s->statement($member->{body});
	$s->emit('return-void') if $completes && $member->{type} eq 'void';
	my $m = $s->{m};
	my $words = $m->{words} + $m->{max};
	die "$class->{name}.$member->{name} needs $words registers" if $words > 16;
	my $body = join '', map { "    $_\n" } @{ $m->{out} }, @{ $m->{tail} };
	my $note = @{ $member->{throws} // [] } ? $s->throws_note($member->{throws}) : '';
	return "$head\n    .locals $m->{max}\n$note\n$body.end method\n\n";
}

sub throws_note {
	my ($s, $types) = @_;
	my $list = join ",\n", map { '            ' . $s->descriptor($_) } @$types;
	return "    .annotation system Ldalvik/annotation/Throws;\n        value = {\n$list\n        }\n    .end annotation\n";
}

sub method_state {
	my ($s, $class, $member) = @_;
	my $static = (grep { $_ eq 'static' } @{ $member->{modifiers} }) ? 1 : 0;
	my %m = (class => $class, member => $member, static => $static, out => [], tail => [], top => 0, max => 0, labels => 0,
		type => $member->{type}, name => $member->{name}, loops => []);
	my $word = $static ? 0 : 1;
	my %scope;
	for my $parameter (@{ $member->{parameters} }) {
		$scope{ $parameter->[1] } = { register => "p$word", type => $parameter->[0] };
		$word += $parameter->[0] =~ /^(long|double)$/ ? 2 : 1;
	}
	$m{words} = $word;
	$m{scopes} = [\%scope];
	return \%m;
}

1;
