# The statements of Smali: every function says whether what follows can be reached.
package SmaliStatement;
use strict;
use warnings;

my %WRITE = (
	block => \&block_code, local => \&local_code, expression => \&expression_code, if => \&if_code, while => \&while_code,
	for => \&for_code, each => \&each_code, return => \&return_code, throw => \&throw_code, break => \&jump_code,
	continue => \&jump_code, try => \&try_code, switch => \&switch_code,
);

sub statement {
	my ($s, $node) = @_;
	my $write = $WRITE{ $node->[0] } or die "no statement: $node->[0]";
	return $s->$write($node);
}

sub block_code {
	my ($s, $node) = @_;
	my $m = $s->{m};
	my $top = $m->{top};
	my $completes = 1;
	push @{ $m->{scopes} }, {};
	for my $statement (@{ $node->[1] }) {
		die "unreachable statement in $m->{name}" unless $completes;
		$completes = $s->statement($statement);
	}
	pop @{ $m->{scopes} };
	$m->{top} = $top;
	return $completes;
}

sub local_code {
	my ($s, $node) = @_;
	my (undef, $type, $name, $value) = @$node;
	my $register = $s->register($type);
	my $top = $s->{m}{top};
	$s->convert($value, $register, $type) if $value;
	$s->{m}{top} = $top; # what the value needed is free again
	$s->{m}{scopes}[-1]{$name} = { register => $register, type => $type };
	return 1;
}

sub expression_code {
	my ($s, $node) = @_;
	my $top = $s->{m}{top};
	$s->effect($node->[1]);
	$s->{m}{top} = $top;
	return 1;
}

sub if_code {
	my ($s, $node) = @_;
	my (undef, $condition, $then, $else) = @$node;
	my $no = $s->label('cond');
	$s->jump_unless($condition, $no);
	my $first = $s->statement($then);
	if (!$else) {
		$s->put_label($no);
		return 1;
	}
	my $end = $s->label('goto');
	$s->emit("goto $end") if $first;
	$s->put_label($no);
	my $second = $s->statement($else);
	$s->put_label($end) if $first;
	return $first || $second;
}

sub loop_body {
	my ($s, $body, $next, $end) = @_;
	push @{ $s->{m}{loops} }, { break => $end, continue => $next };
	my $completes = $s->statement($body);
	pop @{ $s->{m}{loops} };
	return $completes;
}

sub while_code {
	my ($s, $node) = @_;
	my ($start, $end) = ($s->label('goto'), $s->label('cond'));
	$s->put_label($start);
	$s->jump_unless($node->[1], $end);
	$s->emit("goto $start") if $s->loop_body($node->[2], $start, $end);
	$s->put_label($end);
	return 1;
}

sub for_code {
	my ($s, $node) = @_;
	my (undef, $first, $condition, $step, $body) = @$node;
	my $m = $s->{m};
	my $top = $m->{top};
	push @{ $m->{scopes} }, {};
	$s->statement($first);
	my ($start, $next, $end) = ($s->label('goto'), $s->label('goto'), $s->label('cond'));
	$s->put_label($start);
	$s->jump_unless($condition, $end);
	$s->loop_body($body, $next, $end);
	$s->put_label($next);
	$s->statement($step);
	$s->emit("goto $start");
	$s->put_label($end);
	pop @{ $m->{scopes} };
	$m->{top} = $top;
	return 1;
}

# for each: over an array by index, over anything else by its iterator
sub each_code {
	my ($s, $node) = @_;
	my (undef, $type, $name, $over, $body) = @$node;
	my $of = $s->type_of($over);
	my $n = $s->{m}{labels}++;
	if ($of =~ /^(.*)\[\]$/) {
		my $item = ['index', ['name', "\$array$n"], ['name', "\$i$n"]];
		return $s->block_code(['block', [['local', $of, "\$array$n", $over],
			['for', ['local', 'int', "\$i$n", ['int', 0]], ['binary', '<', ['name', "\$i$n"], ['field', ['name', "\$array$n"], 'length']],
				['expression', ['assign', ['name', "\$i$n"], ['binary', '+', ['name', "\$i$n"], ['int', 1]]]],
				['block', [['local', $type, $name, $item], $body]]]]]);
	}
	my $next = ['call', ['name', "\$it$n"], 'next', []];
	return $s->block_code(['block', [['local', "Iterator<$type>", "\$it$n", ['call', $over, 'iterator', []]],
		['while', ['call', ['name', "\$it$n"], 'hasNext', []], ['block', [['local', $type, $name, $next], $body]]]]]);
}

sub return_code {
	my ($s, $node) = @_;
	my $m = $s->{m};
	die "return inside try with finally in $m->{name}" if $m->{finally};
	if ($node->[1]) {
		my $top = $m->{top};
		my $register = $s->convert($node->[1], undef, $m->{type});
		$m->{top} = $top;
		$s->emit('return' . SmaliValue::suffix($m->{type}) . " $register");
	} else {
		$s->emit('return-void');
	}
	return 0;
}

sub throw_code {
	my ($s, $node) = @_;
	my $top = $s->{m}{top};
	my ($register) = $s->value($node->[1]);
	$s->{m}{top} = $top;
	$s->emit("throw $register");
	return 0;
}

sub jump_code {
	my ($s, $node) = @_;
	$s->emit("goto $s->{m}{loops}[-1]{ $node->[0] }");
	return 0;
}

sub try_code {
	my ($s, $node) = @_;
	my (undef, $body, $catches, $finally) = @$node;
	local $s->{m}{finally} = 1 if $finally;
	my ($start, $end, $all_end) = map { $s->label($_) } qw(try_start try_end all_end);
	my ($after, $any) = ($s->label('goto'), $s->label('catchall'));
	my (@handlers, $reached);
	$s->put_label($start);
	my $completes = $s->statement($body);
	$s->put_label($end);
	my $leave = sub {
		$completes &&= $s->statement($finally) if $finally && $completes;
		$s->emit("goto $after") if $completes;
		$reached ||= $completes;
	};
	push @handlers, map { [$_, $s->label('catch')] } @$catches;
	$s->emit('.catch ' . $s->descriptor($_->[0][0]) . " {$start .. $end} $_->[1]") for @handlers;
	$s->emit(".catchall {$start .. $end} $any") if $finally;
	$leave->();
	for my $handler (@handlers) {
		$completes = $s->handler_code($handler, $finally ? $any : undef);
		$leave->();
	}
	$s->finally_code($any, $finally) if $finally;
	$s->put_label($after) if $reached;
	return $reached ? 1 : 0;
}

sub handler_code {
	my ($s, $handler, $any) = @_;
	my ($catch, $label) = @$handler;
	my $m = $s->{m};
	my $top = $m->{top};
	$s->put_label($label);
	my $register = $s->register($catch->[0]);
	$s->emit("move-exception $register");
	push @{ $m->{scopes} }, { $catch->[1] => { register => $register, type => $catch->[0] } };
	my ($start, $end) = ($s->label('try_start'), $s->label('try_end'));
	my $before = @{ $m->{out} };
	$s->put_label($start);
	my $completes = $s->statement($catch->[2]);
	if ($any && @{ $m->{out} } > $before + 1) {
		$s->put_label($end);
		$s->emit(".catchall {$start .. $end} $any");
	}
	pop @{ $m->{scopes} };
	$m->{top} = $top;
	return $completes;
}

sub finally_code {
	my ($s, $any, $finally) = @_;
	my $m = $s->{m};
	my $top = $m->{top};
	$s->put_label($any);
	my $register = $s->register('Throwable');
	$s->emit("move-exception $register");
	$s->emit("throw $register") if $s->statement($finally);
	$m->{top} = $top;
}

sub text_hash {
	my ($text) = @_;
	my $hash = 0;
	$hash = ($hash * 31 + ord $_) & 0xffffffff for split //, $text;
	return $hash >= 0x80000000 ? $hash - 4294967296 : $hash;
}

# a switch on text first finds the number of its value, as javac does
sub text_switch {
	my ($s, $node) = @_;
	my (undef, $value, $groups) = @$node;
	my $n = $s->{m}{labels}++;
	my (@find, @numbered);
	my $count = 0;
	for my $group (@$groups) {
		my @labels;
		for my $label (@{ $group->[0] }) {
			push @labels, defined $label ? ['int', $count] : undef;
			next unless defined $label;
			my $is = ['call', ['name', "\$text$n"], 'equals', [$label]];
			my $set = ['expression', ['assign', ['name', "\$index$n"], ['int', $count++]]];
			push @find, [[['int', text_hash($label->[1])]], [['if', $is, ['block', [$set]], undef], ['break']]];
		}
		push @numbered, [\@labels, $group->[1]];
	}
	my $hash = ['call', ['name', "\$text$n"], 'hashCode', []];
	return $s->block_code(['block', [['local', 'String', "\$text$n", $value], ['local', 'int', "\$index$n", ['int', -1]],
		['switch', $hash, \@find], ['switch', ['name', "\$index$n"], \@numbered]]]);
}

sub switch_code {
	my ($s, $node) = @_;
	my (undef, $value, $groups) = @$node;
	return $s->text_switch($node) if $s->type_of($value) eq 'String';
	my $m = $s->{m};
	my $top = $m->{top};
	my ($register) = $s->value($value);
	$m->{top} = $top;
	my ($table, $end) = ($s->label('switch_data'), $s->label('goto'));
	my %target;
	my $default = $end;
	my @labels = map { $s->label('switch') } @$groups;
	for my $i (0 .. $#$groups) {
		for my $label (@{ $groups->[$i][0] }) {
			defined $label ? ($target{ $label->[1] } = $labels[$i]) : ($default = $labels[$i]);
		}
	}
	$s->switch_table($register, $table, \%target);
	$s->emit("goto $default");
	my ($completes, $left) = (1, $default eq $end);
	push @{ $m->{loops} }, { break => $end, continue => $m->{loops}[-1] && $m->{loops}[-1]{continue} };
	for my $i (0 .. $#$groups) {
		$s->put_label($labels[$i]);
		my $start = @{ $m->{out} };
		$completes = $s->block_code(['block', $groups->[$i][1]]);
		$left ||= grep { $_ eq "goto $end" } @{ $m->{out} }[$start .. $#{ $m->{out} }];
	}
	pop @{ $m->{loops} };
	$s->put_label($end) if $left || $completes;
	return $left || $completes ? 1 : 0;
}

sub switch_table {
	my ($s, $register, $table, $target) = @_;
	my @keys = sort { $a <=> $b } keys %$target;
	my $packed = $keys[-1] - $keys[0] == $#keys;
	my $kind = $packed ? 'packed-switch' : 'sparse-switch';
	$s->emit("$kind $register, $table");
	my @lines = $packed ? map { "    $target->{$_}" } @keys : map { "    $_ -> $target->{$_}" } @keys;
	my $head = $packed ? ".packed-switch $keys[0]" : '.sparse-switch';
	push @{ $s->{m}{tail} }, $table, $head, @lines, ".end $kind";
}

1;
