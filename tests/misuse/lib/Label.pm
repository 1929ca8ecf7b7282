# Finds the one sensitive call of a case: the class, as Java prints its name, and the method.
package Label;
use strict;
use warnings;

# in the trees of all classes, the call that looks as the category says
sub find {
	my ($classes, $call, $text) = @_;
	my @found;
	in_class($_, $_->{name}, $call, \@found) for @$classes;
	die scalar(@found) . " sensitive calls in: $text\n" if @found != 1;
	return @{ $found[0] };
}

sub in_class {
	my ($class, $name, $call, $found) = @_;
	my $state = { call => $call, found => $found, class => $name, anonymous => 0, lambdas => 0 };
	for my $member (@{ $class->{members} }) {
		if ($member->{what} eq 'class') {
			in_class($member->{class}, "$name\$$member->{class}{name}", $call, $found);
			next;
		}
		my $method = $member->{what} eq 'static' ? '<clinit>' : $member->{name};
		if ($member->{what} eq 'field') {
			$method = (grep { $_ eq 'static' } @{ $member->{modifiers} }) ? '<clinit>' : '<init>';
		}
		in_tree($state, $method, $_) for $member->{body} // (), $member->{value} // ();
	}
}

sub in_tree {
	my ($s, $method, $node) = @_;
	return unless ref $node eq 'ARRAY';
	push @{ $s->{found} }, [$s->{class}, $method] if matches($s->{call}, $node);
	my $kind = ref $node->[0] ? '' : $node->[0] // '';
	if ($kind eq 'lambda') {
		my $in = $method =~ s/<clinit>/static/r =~ s/<init>/new/r;
		return in_tree($s, "lambda\$$in\$" . $s->{lambdas}++, $node->[2]);
	}
	in_class($node->[3], $s->{class} . '$' . ++$s->{anonymous}, $s->{call}, $s->{found}) if $kind eq 'new' && $node->[3];
	in_tree($s, $method, $_) for @$node;
}

sub matches {
	my ($call, $node) = @_;
	my ($kind, @names) = @$call;
	return 0 if @$node < 3 || ref $node->[0];
	return 0 + grep { $node->[0] eq 'new' && $node->[1] eq $_ } @names if $kind eq 'new';
	if ($kind eq 'seed') {
		return 1 if $node->[0] eq 'call' && $node->[2] eq 'setSeed';
		return $node->[0] eq 'new' && $node->[1] eq 'SecureRandom' && @{ $node->[2] } ? 1 : 0;
	}
	return 0 if $node->[0] ne 'call';
	return $node->[2] eq $names[0] ? 1 : 0 if $kind eq 'call';
	return $node->[2] eq 'getInstance' && $node->[1] && $node->[1][0] eq 'name' && $node->[1][1] eq $names[0] ? 1 : 0;
}

1;
