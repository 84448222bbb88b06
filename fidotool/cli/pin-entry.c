/* SPDX-License-Identifier: Apache-2.0 */
/* pin-entry.c - PINs are read byte by byte into locked memory. */
#include "fidotool/cli/pin-entry.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* What the person types to spend the last try. */
#define LAST_WORD "last"

static FidotoolSecret *
set_error(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return NULL;
}

/* Waits for a byte; false when our side cancels. */
static bool
wait_byte(int fd, int cancel_fd)
{
  struct pollfd both[] = {{fd, POLLIN, 0}, {cancel_fd, POLLIN, 0}};
  int r;

  do
    r = poll(both, cancel_fd > 0 ? 2 : 1, -1);
  while (r < 0 && errno == EINTR);
  return r > 0 && !(cancel_fd > 0 && both[1].revents);
}

/* One line without its end. ret_end: the file ended before any byte. */
static FidotoolSecret *
read_line(int fd, int cancel_fd, bool *ret_end, GError **error)
{
  g_autoptr(FidotoolSecret) line = fidotool_secret_new();
  size_t len = 0;
  ssize_t n = 0;

  *ret_end = false;
  if (!line)
    return set_error(error, FIDOTOOL_ERROR_FAILED, "no memory for the PIN");
  for (;;) {
    uint8_t *at = fidotool_secret_buffer(line) + len;

    if (!wait_byte(fd, cancel_fd))
      return set_error(error, FIDOTOOL_ERROR_CANCELLED, "cancelled");
    n = read(fd, at, 1);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0 || *at == '\n')
      break;
    if (len == FIDOTOOL_SECRET_MAX)
      return set_error(error, FIDOTOOL_ERROR_PIN_STATE, "the PIN is too long");
    len++;
  }
  if (len > 0 && fidotool_secret_text(line)[len - 1] == '\r')
    len--;
  *ret_end = n <= 0 && len == 0;
  fidotool_secret_set_len(line, len);
  return g_steal_pointer(&line);
}

/* No PIN comes any more: what was wrong with the last one, or that there was
 * none. */
static FidotoolSecret *
give_up(const FidotoolClientPin *what, const char *text, GError **error)
{
  if (!what->problem)
    return set_error(error, FIDOTOOL_ERROR_PIN_STATE, text);
  if (what->is_new || what->retries < 0)
    return set_error(error,
                     what->is_new ? FIDOTOOL_ERROR_PIN_STATE
                                  : FIDOTOOL_ERROR_PIN_INVALID,
                     what->problem);
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_PIN_INVALID,
              "%s, %d tries remain", what->problem, what->retries);
  return NULL;
}

static FidotoolSecret *
ask_descriptor(FidotoolCmd *cmd, const FidotoolClientPin *what, GError **error)
{
  bool end;
  FidotoolSecret *pin =
      read_line(cmd->pin_fd, fidotool_cmd_cancel_fd(cmd), &end, error);

  if (!pin || !end)
    return pin;
  fidotool_secret_free(pin);
  return give_up(what, "no PIN came on --pin-fd", error);
}

/* What the person is shown. Free with g_free(). */
static char *
word_prompt(const FidotoolClientPin *what, bool again)
{
  if (again)
    return g_strdup("The new PIN again: ");
  if (what->is_new)
    return g_strdup_printf("New PIN (at least %d characters): ", what->min);
  if (what->retries >= 0)
    return g_strdup_printf("PIN of the key (%d tries left): ", what->retries);
  return g_strdup("PIN of the key: ");
}

static FidotoolSecret *
ask_program(FidotoolCmd *cmd, const char *program, const char *prompt,
            GError **error)
{
  const char *const argv[] = {program, prompt, NULL};
  g_autoptr(FidotoolSecret) pin = NULL;
  GPid pid;
  int out;
  int status;
  bool end;

  if (!g_spawn_async_with_pipes(NULL, (char **)argv, NULL,
                                G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH,
                                NULL, NULL, &pid, NULL, &out, NULL, error))
    return NULL;
  pin = read_line(out, fidotool_cmd_cancel_fd(cmd), &end, error);
  (void)close(out); /* it was only read */
  if (waitpid(pid, &status, 0) != pid || status != 0 || (pin && end)) {
    g_clear_error(error);
    return set_error(error, FIDOTOOL_ERROR_CANCELLED, "no PIN was entered");
  }
  return g_steal_pointer(&pin);
}

/* Reads one line from the terminal, without echo when secret. */
static FidotoolSecret *
ask_terminal(FidotoolCmd *cmd, int tty, const char *prompt, bool secret,
             GError **error)
{
  struct termios before;
  struct termios quiet;
  FidotoolSecret *line;
  bool end;

  if (tcgetattr(tty, &before) != 0)
    return set_error(error, FIDOTOOL_ERROR_PIN_STATE,
                     "the terminal cannot be used");
  quiet = before;
  quiet.c_lflag &= ~(tcflag_t)ECHO;
  /* Silent before the prompt: whoever types at once is not seen either. */
  if (secret && tcsetattr(tty, TCSAFLUSH, &quiet) != 0)
    return set_error(error, FIDOTOOL_ERROR_PIN_STATE,
                     "the terminal cannot be made silent");
  if (dprintf(tty, "%s", prompt) < 0) {
    (void)tcsetattr(tty, TCSAFLUSH, &before); /* as it was, if it can be */
    return set_error(error, FIDOTOOL_ERROR_PIN_STATE,
                     "the terminal cannot be used");
  }
  line = read_line(tty, fidotool_cmd_cancel_fd(cmd), &end, error);
  (void)tcsetattr(tty, TCSAFLUSH, &before); /* as it was, as far as it goes */
  (void)dprintf(tty, secret ? "\n" : "");
  if (line && end) {
    fidotool_secret_free(line);
    return set_error(error, FIDOTOOL_ERROR_CANCELLED, "no PIN was entered");
  }
  return line;
}

/* Where a person can be asked. */
typedef struct {
  const char *program; /* askpass, or NULL */
  int tty;             /* -1 where there is none */
} Person;

static FidotoolSecret *
ask_person(FidotoolCmd *cmd, const Person *person, const char *prompt,
           bool secret, GError **error)
{
  return person->program
             ? ask_program(cmd, person->program, prompt, error)
             : ask_terminal(cmd, person->tty, prompt, secret, error);
}

/* True when the person wants the last try spent. */
static bool
confirm_last(FidotoolCmd *cmd, const Person *person, GError **error)
{
  g_autoptr(FidotoolSecret) word = NULL;

  if (fidotool_cmd_may_spend_last(cmd))
    return true;
  word = ask_person(cmd, person,
                    "One try is left. If it is wrong, the key locks for good "
                    "and only a reset helps.\nType \"" LAST_WORD
                    "\" to spend it: ",
                    false, error);
  if (word && strcmp(fidotool_secret_text(word), LAST_WORD) == 0)
    return true;
  if (word)
    (void)set_error(error, FIDOTOOL_ERROR_PIN_INVALID,
                    "one try is left, and it was not spent");
  return false;
}

/* A new PIN, the same twice. */
static FidotoolSecret *
ask_twice(FidotoolCmd *cmd, const Person *person, const FidotoolClientPin *what,
          GError **error)
{
  for (;;) {
    g_autofree char *prompt = word_prompt(what, false);
    g_autofree char *again = word_prompt(what, true);
    g_autoptr(FidotoolSecret) first =
        ask_person(cmd, person, prompt, true, error);
    g_autoptr(FidotoolSecret) second =
        first ? ask_person(cmd, person, again, true, error) : NULL;

    if (!second)
      return NULL;
    if (fidotool_secret_equal(first, second))
      return g_steal_pointer(&first);
    fprintf(stderr, "The two differ. Once more.\n");
  }
}

static FidotoolSecret *
ask_somebody(FidotoolCmd *cmd, const Person *person,
             const FidotoolClientPin *what, GError **error)
{
  g_autofree char *prompt = word_prompt(what, false);

  if (what->problem) {
    g_autofree char *words = fidotool_cmd_printable(what->problem);

    fprintf(stderr, "%s\n", words);
  }
  if (what->is_new)
    return ask_twice(cmd, person, what, error);
  if (what->last && !confirm_last(cmd, person, error))
    return NULL;
  return ask_person(cmd, person, prompt, true, error);
}

FidotoolSecret *
fidotool_pin_entry_ask(FidotoolCmd *cmd, const FidotoolClientPin *what,
                       GError **error)
{
  Person person = {g_getenv("KEYTURN_ASKPASS"), -1};
  FidotoolSecret *pin;

  if (cmd->pin_fd >= 0) {
    if (what->last && !fidotool_cmd_may_spend_last(cmd))
      return set_error(error, FIDOTOOL_ERROR_PIN_INVALID,
                       cmd->yes ? "one try is left, and it is not spent here"
                                : "one try is left, and it is not spent "
                                  "without --yes");
    return ask_descriptor(cmd, what, error);
  }
  if (cmd->non_interactive)
    return give_up(what, "a PIN is needed, and nobody may be asked", error);
  if (!person.program)
    person.tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (!person.program && person.tty < 0)
    person.program = g_getenv("SSH_ASKPASS");
  if (!person.program && person.tty < 0)
    return give_up(what, "a PIN is needed, and there is nobody to ask", error);
  pin = ask_somebody(cmd, &person, what, error);
  if (person.tty >= 0)
    (void)close(person.tty); /* nothing of ours is buffered in it */
  return pin;
}
