/* yarasource.h - what is looked for in the source of rules before libyara compiles it. */
#ifndef PARASOL_FORMATS_YARASOURCE_H
#define PARASOL_FORMATS_YARASOURCE_H

/* The line of the first `import` statement, or 0 if there is none. */
int yarasource_import(const char *text);

#endif
