// Words for failures, and what Cyclone says in the background.
#include "alster_dds.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 320, LINES = 32 };

static _Thread_local char error_text[1024];
static _Thread_local char logged_in_call[LINE];

// The last lines that Cyclone logged on its own threads, oldest first; when nobody takes them the oldest are lost.
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static char log_lines[LINES][LINE];
static int log_first, log_count;

static void keep_line(void *unused, const dds_log_data_t *data)
{
    (void)unused;
    if ((data->priority & (DDS_LC_FATAL | DDS_LC_ERROR | DDS_LC_WARNING)) == 0) return;
    size_t length = strcspn(data->message, "\n");
    if (length >= LINE) length = LINE - 1;
    memcpy(logged_in_call, data->message, length);
    logged_in_call[length] = '\0';

    pthread_mutex_lock(&log_lock);
    if (log_count == LINES) {
        log_first = (log_first + 1) % LINES;
        log_count--;
    }
    strcpy(log_lines[(log_first + log_count++) % LINES], logged_in_call);
    pthread_mutex_unlock(&log_lock);
}

static void install_sink(void) { dds_set_log_sink(keep_line, NULL); }

void begin_call(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install_sink);
    logged_in_call[0] = '\0';
}

int32_t fail(dds_return_t status, const char *format, ...)
{
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    snprintf(error_text, sizeof(error_text), "%s: %s%s%s", what, dds_strretcode(status), logged_in_call[0] ? "; " : "", logged_in_call);
    return status < 0 ? status : DDS_RETCODE_ERROR;
}

// The words for the last failure on this thread; valid until its next failure.
EXPORT const char *alster_dds_error(void) { return error_text; }

// Takes the oldest line Cyclone logged in the background. Returns its length, 0 when there is none.
EXPORT int32_t alster_dds_take_log(char *text, int32_t capacity)
{
    int32_t length = 0;
    pthread_mutex_lock(&log_lock);
    if (log_count > 0) {
        length = snprintf(text, (size_t)capacity, "%s", log_lines[log_first]);
        if (length >= capacity) length = capacity - 1;
        log_first = (log_first + 1) % LINES;
        log_count--;
    }
    pthread_mutex_unlock(&log_lock);
    return length;
}
