#!/usr/bin/perl
# Writes a labelled set of cases of the misuse of cryptography: generate.pl SEED OUTDIR
# OUTDIR/java and OUTDIR/smali hold the same cases in both forms, OUTDIR/labels.tsv what is right.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Path qw(make_path remove_tree);
use Random;
use Values;
use Context;
use Encode64;
use Shapes;
use Bodies;
use Parse;
use Java;
use Smali;
use Label;

die "usage: generate.pl SEED OUTDIR\n" if @ARGV != 2;
my ($seed, $out) = @ARGV;

# every pair of twins: its category, its shape, and what writes a twin
sub pairs {
	my @pairs;
	for my $category (@Values::CATEGORIES) {
		for my $shape (@Shapes::SHAPES) {
			push @pairs, [$category, $shape, $_, value_writers($category, $shape)] for 1 .. ($shape =~ /^(field|path|array|builder|collection|combined)$/ ? 2 : 1);
		}
	}
	my %times;
	for my $body (@Bodies::BODIES) {
		push @pairs, [$body->{category}, $body->{shape}, ++$times{"$body->{category} $body->{shape}"}, $body->{write}];
	}
	return @pairs;
}

# two cases of one shape take two variants
sub value_writers {
	my ($category, $shape) = @_;
	my $turn = 0;
	return sub {
		my ($c, $number) = @_;
		my @variants = Random->new("$seed/$category/$shape")->shuffle(Shapes::variants($shape, $c->type));
		die "no variant of $shape for " . $c->type unless @variants;
		return $variants[($number - 1) % @variants]{write}->($c);
	};
}

my %WANTED = (builder => { key => 'String', iv => 'String', salt => 'String', seed => 'String', 'password-pbe' => 'String', 'password-keystore' => 'String' });

# the text of a twin with the names of the seed, and where its label is if the shape says so
sub twin_text {
	my ($pair, $misuse) = @_;
	my ($category, $shape, $number, $write) = @$pair;
	my $random = Random->new("$seed/$category/$shape/$number");
	my $plan = $Values::CALL{$category} ? Values::plan($random, $category, $WANTED{$shape}{$category}) : { type => '', classes => [] };
	my $c = Context->new($random, $plan, $misuse);
	my ($text, @label) = $write->($c, $number);
	$text .= " $_" for @{ $plan->{classes} };
	my $names = Random->new("$seed/names/$category/$shape/$number");
	my %name;
	my $rename = sub {
		my ($word) = @_;
		my $kind = $word =~ /^_[A-Z0-9]+$/ ? 'constant' : $word =~ /^_[A-Z]/ ? 'class' : 'other';
		return $name{$word} //= $names->name($kind);
	};
	s/(?<![A-Za-z0-9_])(_[A-Za-z]\w*)/$rename->($1)/ge for $text, @label;
	return ($text, @label);
}

# the members of the classes in another order: methods only, fields stay first
sub shuffle_members {
	my ($random, $class) = @_;
	my @methods = grep { $_->{what} =~ /^(method|constructor)$/ } @{ $class->{members} };
	my @others = grep { $_->{what} !~ /^(method|constructor)$/ } @{ $class->{members} };
	shuffle_members($random, $_->{class}) for grep { $_->{what} eq 'class' } @others;
	$class->{members} = [@others, $random->shuffle(@methods)];
}

sub write_file {
	my ($path, $text) = @_;
	make_path($path =~ s/\/[^\/]*$//r);
	open my $file, '>', $path or die "$path: $!";
	binmode $file;
	print $file $text;
	close $file or die "$path: $!";
}

# both forms of a twin, and the row of its label
sub write_twin {
	my ($id, $package, $pair, $misuse) = @_;
	my ($category, $shape, $number) = @$pair;
	my ($text, @label) = twin_text($pair, $misuse);
	my $classes = eval { Parse->new($text)->classes } or die "$category $shape: $@\n$text\n";
	my $random = Random->new("$seed/order/$category/$shape/$number");
	shuffle_members($random, $_) for @$classes;
	@label = Label::find($classes, $Values::CALL{$category}, $text) unless @label;
	my $folder = $package =~ s/\./\//gr;
	for my $class (@$classes) {
		write_file("$out/java/$folder/$class->{name}.java", Java->new($package)->file($class));
	}
	my $files = eval { Smali->new($package, $random)->files($classes) } or die "$category $shape: $@\n$text\n";
	write_file("$out/smali/$_", $files->{$_}) for sort keys %$files;
	return join("\t", $id, $category, $shape, $misuse ? 'misuse' : 'clean', "$package.$label[0]", $label[1], $misuse ? 'true' : 'false') . "\n";
}

sub package_name {
	my ($random, $taken) = @_;
	while (1) {
		my $name = join '.', $random->pick(qw(com org net io)), $random->noun, $random->noun . $random->noun;
		return $name unless $taken->{$name}++;
	}
}

remove_tree("$out/java", "$out/smali");
my $random = Random->new("$seed/all");
my @twins = $random->shuffle(map { ([$_, 1], [$_, 0]) } pairs());
my ($labels, $count, %taken) = ('', 0);
for my $twin (@twins) {
	my $id = sprintf 'c%04d', ++$count;
	$labels .= write_twin($id, package_name($random, \%taken), @$twin);
}
write_file("$out/labels.tsv", "case\tcategory\tshape\tvariant\tclass\tmethod\texpected\n$labels");
print "$count cases in each form\n";
