#!/usr/bin/perl
# lint.pl - the rules of the house that a compiler does not know: floors, library fences, lengths of
# files and functions, banned calls. Prints FILE:LINE: what; exits 1 if there was anything.
use strict;
use warnings;

my $problems = 0;
sub problem { print "$_[0]\n"; $problems++; }

# What each floor may include of the others.
my %floor = (
	base    => [qw(base)],
	facts   => [qw(base facts)],
	crypto  => [qw(base crypto)],
	code    => [qw(base code)],
	intake  => [qw(base facts intake)],
	formats => [qw(base crypto code facts intake formats)],
	signing => [qw(base crypto facts intake formats signing)],
	policy  => [qw(base facts policy)],
	scan    => [qw(base code facts intake formats signing scan)],
	render  => [qw(base facts policy render)],
	cli     => [qw(base code facts intake formats signing policy scan render cli)],
	main    => [qw(cli)],
);

# Which files may use a foreign library.
my %fence = (
	'archive(_entry)?\.h' => 'intake/unpack\.c',
	'yara\.h|yara/.*'     => 'formats/yara\.c',
	'libdeflate\.h'       => 'intake/inflate\.c',
	'seccomp\.h'          => 'scan/cage\.c',
	'libsmartcols\.h|libsmartcols/.*' => 'render/summary\.c',
	'jansson\.h'          => 'formats/json\.c|render/json.*\.c|render/sarif\.c',
	'openssl/.*'          => 'base/digest\.c|policy/seal\.c|crypto/\w+\.[ch]|formats/(x509|key)\w*\.[ch]',
	'libxml/.*|libxslt/.*|libexslt/.*' => 'facts/\w+\.[ch]|policy/\w+\.[ch]|render/\w+\.[ch]|formats/textxml\.c|cli/(cli|(facts|scan|report|version)_cmd)\.c',
);

my @banned = qw(strcpy strcat sprintf vsprintf gets strtok atoi atol atoll alloca system popen tmpnam setjmp longjmp);

sub check_include {
	my ($file, $floor, $line, $number) = @_;
	if ($line =~ /^\s*#\s*include\s+"([^"\/]+)\//) {
		problem("$file:$number: $floor may not include $1/") unless grep { $_ eq $1 } @{$floor{$floor}};
	} elsif ($line =~ /^\s*#\s*include\s+<([^>]+)>/) {
		my $header = $1;
		(my $short = $file) =~ s{^scanner/}{};
		for my $library (keys %fence) {
			next unless $header =~ /^(?:$library)$/;
			problem("$file:$number: <$header> is fenced to $fence{$library}") unless $short =~ /^(?:$fence{$library})$/;
		}
	}
}

sub check_function_lengths {
	my ($file, @lines) = @_;
	my ($start, $name, $cases);
	for my $i (0 .. $#lines) {
		if ($lines[$i] =~ /^\{/) {
			$start = $i;
			$name = $i ? $lines[$i - 1] : '';
			for (my $k = $i - 1; $k >= 0 && $lines[$k] =~ /^\s/; $k--) { $name = $lines[$k - 1]; }
			$cases = 0;
		}
		$cases++ if defined $start && $lines[$i] =~ /^\s*case\b/;
		if (defined $start && $lines[$i] =~ /^\}/) {
			my $length = $i - $start - 1;
			my $most = $cases > 15 ? 100 : 60;
			problem("$file:" . ($start + 1) . ": a function of $length lines (at most $most): $name") if $length > $most;
			undef $start;
		}
	}
}

for my $file (split /\n/, `find scanner tests/unit tests/fuzz tests/make_bundle -name '*.[ch]' 2>/dev/null | sort`) {
	open my $in, '<', $file or die "$file: $!";
	my @lines = <$in>;
	chomp @lines;
	problem("$file: " . @lines . " lines (at most 600)") if @lines > 600;
	problem("$file:1: no comment that says what the file is") unless $lines[0] =~ m{^/\*};
	my ($floor) = $file =~ m{^scanner/(\w+)};
	$floor = 'main' if $file eq 'scanner/main.c';
	my $number = 0;
	for my $line (@lines) {
		$number++;
		check_include($file, $floor, $line, $number) if defined $floor;
		(my $width = $line) =~ s/\t/        /g;
		problem("$file:$number: longer than 100 columns") if $file =~ /^scanner/ && length($width) > 140;
		problem("$file:$number: goto") if $line =~ /^\s*goto\b/;
		problem("$file:$number: space at the end") if $line =~ /\s$/;
		problem("$file:$number: unfinished") if $line =~ /\b(TODO|FIXME|XXX|HACK)\b/;
		next if $line =~ m{^\s*(/?\*|//)};
		for my $call (@banned) {
			problem("$file:$number: $call is banned") if $file =~ /^scanner/ && $line =~ /(?<![\w.>])$call\s*\(/;
		}
	}
	check_function_lengths($file, @lines) if $file =~ /\.c$/;
}
print "lint: $problems problems\n";
exit($problems ? 1 : 0);
