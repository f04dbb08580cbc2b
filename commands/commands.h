/* SPDX-License-Identifier: MIT */
/*
 * commands - the words a person types after `plenary`; argv[0] is the word itself.
 *
 * Each answers the exit status: 0 done, 1 it could not be done or what it looked at has
 * faults, 2 the arguments are wrong (said on standard error, with how to use it).
 */
#ifndef PLENARY_COMMANDS_H
#define PLENARY_COMMANDS_H

int command_attendance(int argc, char **argv);
int command_check_config(int argc, char **argv);
int command_lint(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_import(int argc, char **argv);
int command_register(int argc, char **argv);
int command_rehearse(int argc, char **argv);
int command_replay(int argc, char **argv);
int command_schedule(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_sessions(int argc, char **argv);
int command_stage(int argc, char **argv);
int command_teams_app(int argc, char **argv);

#endif
