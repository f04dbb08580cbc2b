/* SPDX-License-Identifier: MIT */
typedef int a_room_not_yet_furnished;
