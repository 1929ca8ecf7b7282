# Base64 of a text, on one line.
package Encode64;
use strict;
use warnings;
use MIME::Base64 ();

sub text { return MIME::Base64::encode_base64($_[0], '') }

1;
