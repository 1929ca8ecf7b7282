# Parasol. make, make check, make demo; B=release|check|asan|tsan|cov|fuzz chooses a build.
B ?= release
O ?= build/$(B)
CC ?= cc
VERSION := $(shell cat VERSION)
prefix ?= /usr/local

PKGS := libarchive yara openssl libxml-2.0 libxslt libexslt libdeflate libseccomp smartcols jansson
PC_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PC_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null)

WARN := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	-Wformat=2 -Wundef -Wwrite-strings -Wimplicit-fallthrough
HARDEN := -fstack-protector-strong -fPIE -D_FORTIFY_SOURCE=2
HARDEN_LD := -pie -Wl,-z,relro,-z,now,-z,noexecstack
OPT_release := -O2 -g $(HARDEN)
OPT_check := -O2 -g -Werror -DPARASOL_CHECK $(HARDEN)
OPT_asan := -O1 -g -fno-omit-frame-pointer -DPARASOL_CHECK -fsanitize=address,undefined -fno-sanitize-recover=all
OPT_tsan := -O1 -g -DPARASOL_CHECK -fsanitize=thread
OPT_cov := -O0 -g -DPARASOL_CHECK --coverage
OPT_fuzz := -O1 -g -DPARASOL_CHECK -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LD_release := $(HARDEN_LD)
LD_check := $(HARDEN_LD)
LD_asan := -fsanitize=address,undefined
LD_tsan := -fsanitize=thread
LD_cov := --coverage
LD_fuzz := -fsanitize=address,undefined
ifeq ($(B),fuzz)
CC := clang
endif

CPPFLAGS += -Iscanner -D_GNU_SOURCE -DPARASOL_VERSION='"$(VERSION)"'
CFLAGS_ALL = -std=gnu11 $(WARN) $(OPT_$(B)) $(CPPFLAGS) $(PC_CFLAGS) -MMD -MP $(CFLAGS)
LIBS := $(PC_LIBS) -lpthread -lm

SRC := $(sort $(wildcard scanner/*/*.c))
OBJ := $(SRC:%.c=$(O)/%.o) $(O)/content_table.o
LIB := $(O)/libparasol.a
CONTENT := $(sort $(shell find packs rules reports -type f ! -path 'reports/samples/*' ! -name '*.md' 2>/dev/null))
UNIT := $(patsubst tests/unit/%.c,$(O)/unit/%,$(wildcard tests/unit/test_*.c))
FUZZ := $(patsubst tests/fuzz/%.c,$(O)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

all: $(O)/parasol
ifeq ($(O),build/release)
	@ln -sf release/parasol build/parasol
endif

$(O)/parasol: $(O)/scanner/main.o $(LIB)
	@echo '  LINK $@'
	@$(CC) $(LD_$(B)) $(LDFLAGS) -o $@ $^ $(LIBS)

$(LIB): $(OBJ)
	@rm -f $@
	@$(AR) rcs $@ $^

$(O)/%.o: %.c
	@mkdir -p $(@D)
	@echo '  CC   $@'
	@$(CC) $(CFLAGS_ALL) -c -o $@ $<

# the version is a macro, which no dependency file knows
$(OBJ): VERSION

# made again when a file is added, removed or changed
$(O)/content_table.c: scanner/base/embed.sh $(CONTENT) $(O)/content.list
	@sh scanner/base/embed.sh $(CONTENT) > $@
$(O)/content.list: FORCE
	@mkdir -p $(@D)
	@echo '$(CONTENT)' | cmp -s - $@ || echo '$(CONTENT)' > $@
$(O)/content_table.o: $(O)/content_table.c
	@echo '  CC   $@'
	@$(CC) $(CFLAGS_ALL) -Wno-overlength-strings -c -o $@ $<

# tests/make_bundle: the library that unit tests use, and the command
MAKER := $(O)/libmaker.a
MAKER_SRC := $(filter-out tests/make_bundle/make_bundle.c,$(sort $(wildcard tests/make_bundle/*.c)))
$(O)/tests/%.o: CPPFLAGS += -Itests
$(MAKER): $(MAKER_SRC:%.c=$(O)/%.o)
	@rm -f $@
	@$(AR) rcs $@ $^
$(O)/make_bundle: $(O)/tests/make_bundle/make_bundle.o $(MAKER) $(LIB)
	@$(CC) $(LD_$(B)) $(LDFLAGS) -o $@ $^ $(LIBS)
# demo-check holds the committed packages against their sources; demo-apks builds them again
demo-check: $(O)/make_bundle
	@sh tests/demo/check.sh $(O)/make_bundle $(O)/demo
demo-apks: $(O)/make_bundle
	@./setup.sh packages-develop.txt
	@sh tests/demo/build.sh $(O)/make_bundle $(O)/demo
# composes the bundles that speed is measured with: F1, and F4 with four times the content
$(O)/bench/compose: $(O)/tests/bench/compose.o $(MAKER) $(LIB)
	@mkdir -p $(@D)
	@$(CC) $(LD_$(B)) $(LDFLAGS) -o $@ $^ $(LIBS)
bench-bundles: $(O)/bench/compose
	@$< $(O)/bench/F1.apk && $< $(O)/bench/F4.apk 4 && ls -l $(O)/bench/F1.apk $(O)/bench/F4.apk
$(O)/signatures/verify: $(O)/tests/signatures/verify.o $(MAKER) $(LIB)
	@mkdir -p $(@D)
	@$(CC) $(LD_$(B)) $(LDFLAGS) -o $@ $^ $(LIBS)
# packages with one byte changed: our verdict and that of Android's library; needs libapksig-java and a JDK
signature-flips: $(O)/make_bundle $(O)/signatures/verify
	@./setup.sh packages-develop.txt
	@sh tests/signatures/flips.sh $(O)/make_bundle $(O)/signatures/verify $(FLIPS)
# the signer of fixtures, asked by Android's verifier; needs apksigner
signer-check: $(O)/make_bundle
	@./setup.sh packages-develop.txt
	@sh tests/signatures/signer.sh $(O)/make_bundle
# v1, v2 and v3 of a 20 MB package against apksigner, which it needs
bench-signing: $(O)/parasol $(O)/make_bundle $(O)/bench/compose
	@./setup.sh packages-develop.txt
	@sh tests/bench/signing.sh $(O)/parasol $(O)/make_bundle $(O)/bench/compose
.PHONY: demo-check bench-bundles bench-signing signer-check signature-flips

$(O)/unit/%: tests/unit/%.c $(MAKER) $(LIB)
	@mkdir -p $(@D)
	@echo '  CC   $@'
	@$(CC) $(CFLAGS_ALL) -Itests $(LD_$(B)) -o $@ $< $(MAKER) $(LIB) $(shell pkg-config --cflags --libs cmocka) $(LIBS)
$(O)/fuzz/%: tests/fuzz/%.c $(LIB)
	@mkdir -p $(@D)
	@echo '  CC   $@'
	@$(CC) $(CFLAGS_ALL) $(LD_$(B)) $(if $(filter fuzz,$(B)),-fsanitize=fuzzer,tests/fuzz/replay.c) -o $@ $< $(LIB) $(LIBS)

# what tests/corpus/certificates.sh asks: every rule of certificates, chains of given ones
$(O)/certificates/%: tests/certificates/%.c $(LIB)
	@mkdir -p $(@D)
	@echo '  CC   $@'
	@$(CC) $(CFLAGS_ALL) $(LD_$(B)) -o $@ $< $(LIB) $(LIBS)
certificate-programs: $(patsubst tests/certificates/%.c,$(O)/certificates/%,$(wildcard tests/certificates/*.c))
.PHONY: certificate-programs

# what tests/code asks: how many methods, instructions, calls and strings a file has
$(O)/code/%: tests/code/%.c $(LIB)
	@mkdir -p $(@D)
	@echo '  CC   $@'
	@$(CC) $(CFLAGS_ALL) $(LD_$(B)) -o $@ $< $(LIB) $(LIBS)
code-programs: $(patsubst tests/code/%.c,$(O)/code/%,$(wildcard tests/code/*.c))
# labelled misuse of cryptography, generated for each seed, as class files and as DEX; needs javac and smali
misuse: $(O)/parasol
	@./setup.sh packages-develop.txt
	@sh tests/misuse/run.sh $(O)/parasol $(O)/misuse $(or $(SEEDS),1 2 3)
# tests/code/values: the class files of Values.java
code-values:
	@./setup.sh packages-develop.txt
	@sh tests/code/values/build.sh $(O)/code-values
.PHONY: code-programs misuse code-values

unit: $(UNIT)
	@for t in $(UNIT); do $$t || exit 1; done
unit-programs: $(UNIT)
fuzz: $(FUZZ)

# --- what README.md promises -------------------------------------------------------------------
demo:
	@./setup.sh packages.txt
	@$(MAKE) --no-print-directory all
	@sh tests/demo/demo.sh build/parasol $${BUNDLE:+"$$BUNDLE"}

check:
	@./setup.sh packages.txt packages-check.txt
	@CC='$(CC)' sh tests/check.sh all $${CORPUS:+"$$CORPUS"}
quick:
	@CC='$(CC)' sh tests/check.sh quick

# gcc and clang, sanitizers; for those who change the program
check-all: check
	@$(MAKE) --no-print-directory CC=clang B=check O=build/clang all
	@$(MAKE) --no-print-directory B=asan unit
	@$(MAKE) --no-print-directory B=tsan unit

$(O)/bench/floor: tests/bench/floor.c $(LIB)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS_ALL) $(LD_$(B)) -o $@ $< $(LIB) $(LIBS)
bench: $(O)/parasol $(O)/bench/floor
	@sh tests/bench/bench.sh $(O)/parasol $(O)/bench/floor $(BUNDLES)

lint:
	@perl tests/lint/lint.pl
	@sh tests/lint/headers.sh $(CC) $(filter-out -MMD -MP,$(CFLAGS_ALL))

docs: all
	@sh tests/lint/docs.sh $(O)/parasol write

# the reports of the demo bank that README.md links to
samples: all
	@mkdir -p reports/samples
	@for version in 1.0 1.1; do SOURCE_DATE_EPOCH=1795392000 build/parasol scan -q -j 2 --as-of 2026-11-23 \
		-o html=reports/samples/mockbank-$$version.html tests/demo/mockbank-$$version.apk || [ $$? -lt 3 ] || exit 1; done

install: all
	install -D -m 755 $(O)/parasol $(DESTDIR)$(prefix)/bin/parasol
	install -D -m 644 docs/parasol.1 $(DESTDIR)$(prefix)/share/man/man1/parasol.1

clean:
	rm -rf build

FORCE:
.PHONY: samples all unit unit-programs fuzz demo demo-apks demo-check check quick check-all bench lint docs install clean FORCE
.SECONDARY:
-include $(OBJ:.o=.d) $(MAKER_SRC:%.c=$(O)/%.d) $(O)/tests/make_bundle/make_bundle.d $(O)/scanner/main.d $(UNIT:=.d)
