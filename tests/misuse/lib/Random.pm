# Numbers that depend on a text alone, the same on every machine, and names drawn from a list.
package Random;
use strict;
use warnings;

sub new {
	my ($class, $text) = @_;
	my $state = 2166136261;
	$state = (($state ^ ord $_) * 16777619) & 0xffffffff for split //, $text;
	my $r = bless { state => $state, taken => {} }, $class;
	$r->step for 1 .. 8;
	return $r;
}

sub step {
	my ($r) = @_;
	my $x = $r->{state} || 2463534242;
	$x ^= ($x << 13) & 0xffffffff;
	$x ^= $x >> 17;
	$x ^= ($x << 5) & 0xffffffff;
	return $r->{state} = $x;
}

# a number from 0 to below the limit
sub below {
	my ($r, $limit) = @_;
	return ($r->step >> 4) % $limit;
}

sub between {
	my ($r, $low, $high) = @_;
	return $low + $r->below($high - $low + 1);
}

sub chance {
	my ($r, $percent) = @_;
	return $r->below(100) < $percent;
}

sub pick {
	my ($r, @list) = @_;
	return $list[ $r->below(scalar @list) ];
}

sub shuffle {
	my ($r, @list) = @_;
	for my $i (reverse 1 .. $#list) {
		my $j = $r->below($i + 1);
		@list[$i, $j] = @list[$j, $i];
	}
	return @list;
}

sub text {
	my ($r, $length, $letters) = @_;
	my @letters = split //, $letters // 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
	return join '', map { $r->pick(@letters) } 1 .. $length;
}

my @NOUNS = qw(anchor apple arrow atlas badge barrel basin beacon bench birch bishop blanket border bottle branch breeze
	bridge brook bucket button cabin candle canyon carpet castle cedar chapel cherry circle cliff cloud clover coast comet
	copper corner cotton cradle crane creek cricket crown curtain dawn desert dinner dolphin dragon drift eagle ember engine
	falcon feather fence ferry field finch flame forest fountain frost garden garnet glacier granite grove hammer harbor
	hazel heron hollow honey horizon island ivory jacket jasper juniper kettle ladder lagoon lantern laurel ledger lemon
	lighthouse lily linen lobster magnet maple marble meadow mirror mosaic mountain needle nest oasis oatmeal olive orchard
	otter oyster paddle palace panther paper parade pasture pebble pepper pillow planet plum pocket pony prairie quarry
	quartz rabbit raven ribbon ridge river rocket saddle saffron sailor sand satchel shadow shelf shore silver sparrow
	spoon spring spruce station stone summit sunset teapot temple thicket thunder timber tower trail tulip tunnel turtle
	valley velvet village violet walnut wagon waterfall willow window winter yarrow zephyr);
my @VERBS = qw(adjust arrange assemble begin carry collect compose connect deliver fetch follow gather handle launch
	measure move notice open order paint place plan post prepare present press raise reach review ring roll send
	settle shape show sort start store supply sweep travel turn visit walk watch weave wrap write);

sub noun {
	my ($r) = @_;
	return $r->pick(@NOUNS);
}

# a name nobody has taken: kind is class, constant or other
sub name {
	my ($r, $kind) = @_;
	while (1) {
		my ($first, $second) = ($r->pick(@NOUNS), $r->pick(@NOUNS));
		my $name = $kind eq 'class' ? ucfirst($first) . ucfirst $second
			: $kind eq 'constant' ? uc "${first}_$second"
			: $r->chance(50) ? $r->pick(@VERBS) . ucfirst $first : $first . ucfirst $second;
		return $name unless $r->{taken}{$name}++;
	}
}

1;
