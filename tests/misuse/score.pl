#!/usr/bin/perl
# Compares findings with the labels of generate.pl: score.pl LABELS OBSERVED FORM
# OBSERVED has one row for each finding: category, class, method (which may be empty), between tabs.
# Ends with status 1 if precision or recall of the whole is below 0.97.
use strict;
use warnings;

my $ENOUGH = 0.97;

die "usage: score.pl LABELS OBSERVED FORM\n" if @ARGV != 3;
my ($label_path, $observed_path, $form) = @ARGV;

sub rows {
	my ($path) = @_;
	open my $file, '<', $path or die "$path: $!\n";
	my @rows = map { chomp; s/\r$//; [split /\t/, $_, -1] } <$file>;
	close $file;
	return grep { @$_ > 1 && $_->[0] !~ /^#/ } @rows;
}

sub read_labels {
	my @labels;
	for my $row (rows($label_path)) {
		my %label;
		@label{qw(case category shape variant class method expected)} = @$row;
		push @labels, \%label if $label{case} ne 'case';
	}
	die "no labels in $label_path\n" unless @labels;
	return @labels;
}

# which labels the findings hit, and the findings that hit none: category and package
sub match {
	my ($labels) = @_;
	my (%at, %of_package, %hit, %stray);
	for my $label (@$labels) {
		$at{"$label->{category}\t$label->{class}"} = $label;
		$of_package{ $label->{class} =~ s/\.[^.]*$//r } = $label;
	}
	for my $row (rows($observed_path)) {
		my ($category, $class, $method) = @$row;
		next if $category eq 'category';
		my $label = $at{"$category\t$class"};
		if ($label && (($method // '') eq '' || $method eq $label->{method})) {
			$hit{ $label->{case} } = 1;
		} else {
			$stray{ join "\t", $category, $class, $method // '' } = $of_package{ $class =~ s/\.[^.]*$//r };
		}
	}
	return (\%hit, \%stray);
}

sub add {
	my ($table, $name, $what) = @_;
	$table->{$name}{$what}++;
}

# the counts of the groups that a key of the labels makes, and of all
sub count {
	my ($labels, $hit, $stray, $key) = @_;
	my %table;
	for my $label (@$labels) {
		my $found = $hit->{ $label->{case} };
		my $what = $label->{expected} eq 'true' ? ($found ? 'tp' : 'fn') : ($found ? 'fp' : 'tn');
		add(\%table, $_, $what) for $label->{$key}, 'total';
	}
	for my $finding (sort keys %$stray) {
		my ($category) = split /\t/, $finding;
		my $label = $stray->{$finding};
		my $group = $key eq 'category' ? $category : $label ? $label->{shape} : 'elsewhere';
		add(\%table, $_, 'fp') for $group, 'total';
	}
	return \%table;
}

sub ratio {
	my ($part, $whole) = @_;
	return $whole ? $part / $whole : 1;
}

sub print_table {
	my ($key, $table) = @_;
	printf "%-18s %5s %5s %5s %5s %10s %8s\n", "$form: $key", qw(tp fp fn tn precision recall);
	for my $name ((sort grep { $_ ne 'total' } keys %$table), 'total') {
		my ($tp, $fp, $fn, $tn) = map { $table->{$name}{$_} // 0 } qw(tp fp fn tn);
		printf "%-18s %5d %5d %5d %5d %10.3f %8.3f\n", $name, $tp, $fp, $fn, $tn, ratio($tp, $tp + $fp), ratio($tp, $tp + $fn);
	}
	print "\n";
}

# every case that was judged wrongly, so that it can be read
sub print_wrong {
	my ($labels, $hit, $stray) = @_;
	for my $label (@$labels) {
		my $found = $hit->{ $label->{case} } ? 'true' : 'false';
		next if $found eq $label->{expected};
		print join("\t", $found eq 'true' ? 'false positive' : 'false negative', @$label{qw(case category shape class method)}), "\n";
	}
	print "stray\t$_\n" for sort keys %$stray;
}

my @labels = read_labels();
my ($hit, $stray) = match(\@labels);
my $by_category = count(\@labels, $hit, $stray, 'category');
print_table('category', $by_category);
print_table('shape', count(\@labels, $hit, $stray, 'shape'));
print_wrong(\@labels, $hit, $stray);
my ($tp, $fp, $fn) = map { $by_category->{total}{$_} // 0 } qw(tp fp fn);
exit(ratio($tp, $tp + $fp) < $ENOUGH || ratio($tp, $tp + $fn) < $ENOUGH ? 1 : 0);
