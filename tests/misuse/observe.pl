#!/usr/bin/perl
# The findings of a scan as score.pl wants them: observe.pl RESULT.xml > OBSERVED
# A row is a category, the class and the method that a certain finding of its control names.
use strict;
use warnings;

my %category = (
	'AND-CRY-08' => 'key',        'AND-CRY-28' => 'password-pbe', 'AND-CRY-14' => 'password-keystore',
	'AND-NET-02' => 'hostname',   'AND-NET-01' => 'trust',        'AND-NET-07' => 'socket',
	'AND-NET-08' => 'http',       'AND-CRY-26' => 'seed',         'AND-CRY-09' => 'prng',
	'AND-CRY-27' => 'salt',       'AND-CRY-01' => 'ecb',          'AND-CRY-07' => 'iv',
	'AND-CRY-12' => 'iterations', 'AND-CRY-02' => 'cipher',       'AND-CRY-11' => 'asymmetric',
	'AND-CRY-05' => 'digest',     'AND-CRY-06' => 'digest',
);

die "usage: observe.pl RESULT.xml\n" if @ARGV != 1;
open my $file, '<', $ARGV[0] or die "$ARGV[0]: $!\n";
my ($control, $certain, %seen, %finding) = ('', 0);
print "category\tclass\tmethod\n";
while (<$file>) {
	$control = $1 if /<control id="([^"]+)"/;
	if (/<finding [^>]*possible="(true|false)"/) {
		$certain = $1 eq 'false';
		%finding = ();
	}
	$finding{$2} = $3 if /<observed name="(\w+\/)?(class|method)" value="([^"]*)"/;
	next if !/<\/finding>/ || !$certain || !$category{$control} || !defined $finding{class};
	my $row = join "\t", $category{$control}, $finding{class}, $finding{method} // '';
	$row =~ s/&lt;/</g;
	$row =~ s/&gt;/>/g;
	print "$row\n" if !$seen{$row}++;
}
