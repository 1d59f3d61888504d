/* SPDX-License-Identifier: GPL-2.0-only */
/* Mail services by the names that logs give them, and the ports where they usually are. */
#ifndef _MAIL_SERVICE_H
#define _MAIL_SERVICE_H

#include <stdint.h>

/**
 * enum mail_fit - does a port belong to a service?
 * @MAIL_FIT_USUAL: it is one of its own
 * @MAIL_FIT_ODD:   it is nobody's: administrators may choose
 * @MAIL_FIT_WRONG: it is one of another service
 */
enum mail_fit { MAIL_FIT_USUAL, MAIL_FIT_ODD, MAIL_FIT_WRONG };

enum mail_fit mail_service_fit(const char *service, uint16_t port);

#endif /* _MAIL_SERVICE_H */
