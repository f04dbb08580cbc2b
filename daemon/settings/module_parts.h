/* SPDX-License-Identifier: MIT */
/*
 * module_parts - the parts of a module as its file is read: polls first, then the blocks
 * that ask them, then what can only be judged when all of it is known.
 *
 * Each adds its faults to section->faults and fills what was good.
 */
#ifndef PLENARY_MODULE_PARTS_H
#define PLENARY_MODULE_PARTS_H

#include "daemon/settings/programme.h"
#include "daemon/settings/section.h"

void module_read_polls(const struct section *section, struct module *module);
void module_read_blocks(const struct section *section, struct module *module);

/* Warnings and errors about a whole module; sets length_s. */
void module_lint(struct module *module, struct fault_list *faults);
/* About the modules together: items asked before and after, numbers, scheduling rules. */
void programme_lint(const struct programme *programme, struct fault_list *faults);

#endif
