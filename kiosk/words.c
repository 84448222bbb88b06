/* SPDX-License-Identifier: Apache-2.0 */
/* words.c - the messages, one row each. A row's comment is for translators. */
#include "kiosk/words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kiosk/plain.h"

/* One and many, as two members: N_() twice would be two messages, and their
 * languages would have no plural. xgettext knows the name. */
#define NP_(one, many) one, many

#define NONE KIOSK_TONE_NONE
#define OK KIOSK_TONE_OK
#define WRONG KIOSK_TONE_WRONG
#define LOOK KIOSK_TONE_ATTENTION
#define ALL KIOSK_FOR_ALL
#define USER KIOSK_FOR_USER
#define STAFF KIOSK_FOR_STAFF

/* At most 90 characters; one instruction a sentence; what happened, whether
 * anything was changed, what to do now. */
/* clang-format off */
static const KioskWord words[] = {
  /* TRANSLATORS: a security key is to be put into the USB port */
  { "key.insert", N_("Insert your key in the port with the blue mark."), NULL, NULL, "kiosk-insert", LOOK, ALL },
  /* TRANSLATORS: the new key that the person has just been given */
  { "key.insert.new", N_("Insert your new key in the port with the blue mark."), NULL, NULL, "kiosk-insert", LOOK, USER },
  /* TRANSLATORS: below "Insert your key": a reader is there, for keys and cards by radio (NFC) */
  { "key.reader", N_("If your key has no plug, lay it on the reader and leave it there."), NULL, NULL, "kiosk-tap", NONE, ALL },
  /* TRANSLATORS: the key that was pulled out in the middle */
  { "key.insert.same", N_("Insert the same key in the port with the blue mark."), NULL, NULL, "kiosk-insert", LOOK, ALL },
  /* TRANSLATORS: this key cannot be used; below the reason */
  { "key.another", N_("Take this key out. Another one is needed."), NULL, NULL, "kiosk-other", LOOK, ALL },
  /* TRANSLATORS: the key that cannot be used was taken out */
  { "key.needed", N_("The key is out. Another one is needed."), NULL, NULL, "kiosk-other", LOOK, ALL },
  /* TRANSLATORS: below "This is not the key you started with" */
  { "key.swap", N_("Take this key out. Insert the one you started with."), NULL, NULL, "kiosk-other", LOOK, ALL },
  /* TRANSLATORS: below the reason why it did not work */
  { "key.retry", N_("You can try once more, or use another key."), NULL, NULL, "kiosk-repeat", LOOK, ALL },
  /* TRANSLATORS: NFC: the key is laid on a reader */
  { "key.tap", N_("Lay your key on the reader and leave it there."), NULL, NULL, "kiosk-tap", LOOK, ALL },
  /* TRANSLATORS: NFC: each step needs the key to be laid on the reader anew */
  { "key.tap.again", N_("Lift your key off the reader, to lay it there once more."), NULL, NULL, "kiosk-tap", LOOK, ALL },
  /* TRANSLATORS: NFC: the key left the reader before the end */
  { "key.lifted", N_("The key was lifted too early. Nothing was changed. Lay it on the reader again."), NULL, NULL, "kiosk-tap", WRONG, ALL },
  /* TRANSLATORS: the key computes; takes a second */
  { "key.working", N_("Please wait. The key is working."), NULL, NULL, "kiosk-wait", NONE, ALL },
  /* TRANSLATORS: the gold contact of the key, or its blinking light */
  { "touch.now", N_("Touch the gold disc or the blinking light."), NULL, NULL, "kiosk-touch", LOOK, ALL },
  /* TRANSLATORS: {n} is a number of seconds */
  { "touch.hold", NP_("Touch the key and hold it for {n} second.", "Touch the key and hold it for {n} seconds."), NULL, "kiosk-hold", LOOK, ALL },
  /* TRANSLATORS: nobody touched the key within 30 seconds */
  { "touch.timeout", N_("No touch seen. Touch the gold disc again."), NULL, NULL, "kiosk-touch", WRONG, ALL },
  /* TRANSLATORS: a key that is touched too early types letters, like a keyboard */
  { "touch.early", N_("You touched the key too early. Nothing was changed."), NULL, NULL, "kiosk-touch", WRONG, ALL },
  /* TRANSLATORS: touched too early, after something was written on the key */
  { "touch.early.written", N_("You touched the key too early. Wait until you are asked for a touch."), NULL, NULL, "kiosk-touch", WRONG, ALL },
  /* TRANSLATORS: a finger is put on the key's fingerprint sensor */
  { "finger.now", N_("Put your finger on the sensor of the key."), NULL, NULL, "kiosk-touch", LOOK, ALL },
  /* TRANSLATORS: the fingerprint was not recognised */
  { "finger.failed", N_("The key did not know that finger. Try again."), NULL, NULL, "kiosk-touch", WRONG, ALL },
  /* TRANSLATORS: the touch was seen; the key goes on working */
  { "key.touched", N_("Touch seen. Please wait."), NULL, NULL, "kiosk-ok", OK, ALL },
  /* TRANSLATORS: the key has done its part */
  { "key.done", N_("The key has answered."), NULL, NULL, "kiosk-ok", OK, ALL },
  /* TRANSLATORS: the key is to be pulled out of the port */
  { "key.remove", N_("Take the key out."), NULL, NULL, "kiosk-remove", LOOK, ALL },
  /* TRANSLATORS: the key was pulled out; nothing had been written on it */
  { "key.removed.nochange", N_("Your key was removed. Nothing was changed. Insert it again."), NULL, NULL, "kiosk-insert", WRONG, ALL },
  /* TRANSLATORS: the key was pulled out after something was written on it */
  { "key.removed.resume", N_("Not finished. Insert the same key to continue."), NULL, NULL, "kiosk-insert", WRONG, ALL },
  /* TRANSLATORS: another key than the one that was begun with */
  { "key.other", N_("This is not the key you started with. Insert that key, or start again."), NULL, NULL, "kiosk-other", WRONG, ALL },
  /* TRANSLATORS: the key holds an entry of this person's case already */
  { "key.known", N_("This key is registered already. Nothing was changed. Use another key."), NULL, NULL, "kiosk-other", WRONG, ALL },
  /* TRANSLATORS: more than one security key is plugged in */
  { "key.two", N_("More than one key is connected. Leave only your key in."), NULL, NULL, "kiosk-two", LOOK, ALL },
  /* TRANSLATORS: nothing was plugged in for 20 seconds; a hint below "Insert your key" */
  { "key.hint", N_("No key is seen yet. Push it in until it stops. If it does not fit, turn it over."), NULL, NULL, "kiosk-insert", NONE, ALL },
  /* TRANSLATORS: the key was not pulled out for 20 seconds; a hint below "Take the key out" */
  { "key.hint.out", N_("The key is still in. Pull it straight out."), NULL, NULL, "kiosk-remove", NONE, ALL },
  /* TRANSLATORS: the key says nothing */
  { "key.silent", N_("The key does not answer. Nothing was changed. Take it out and insert it again."), NULL, NULL, "kiosk-silent", WRONG, ALL },
  /* TRANSLATORS: the key says nothing more, after something was written on it */
  { "key.silent.written", N_("The key does not answer. It is not finished. Take it out and insert it again."), NULL, NULL, "kiosk-silent", WRONG, ALL },
  /* TRANSLATORS: the key's answer makes no sense */
  { "key.nonsense", N_("The key gave an answer that makes no sense. Use another key."), NULL, NULL, "kiosk-silent", WRONG, ALL },
  /* TRANSLATORS: another program has the key open */
  { "key.busy", N_("Another program is using this key. Wait a moment, then try again."), NULL, NULL, "kiosk-silent", WRONG, ALL },
  /* TRANSLATORS: the station's set-up does not let it open the key */
  { "key.permission", N_("This station may not open the key. Tell your administrator."), NULL, NULL, "kiosk-silent", WRONG, ALL },
  /* TRANSLATORS: the person pressed Cancel */
  { "key.cancelled", N_("Cancelled. Nothing was changed."), NULL, NULL, "kiosk-attention", WRONG, ALL },
  /* TRANSLATORS: the person pressed Cancel after something was written on the key */
  { "key.cancelled.written", N_("Cancelled. The key has been changed, but it is not finished."), NULL, NULL, "kiosk-attention", WRONG, ALL },
  /* TRANSLATORS: the key lacks something that is needed */
  { "key.lacks", N_("This key cannot do what your organisation needs. Use another key."), NULL, NULL, "kiosk-other", WRONG, ALL },
  /* TRANSLATORS: a PIN cannot be set on this key, and it has no fingerprint sensor */
  { "key.lacks.pin", N_("This key has no PIN function. Your organisation needs one. Use another key."), NULL, NULL, "kiosk-other", WRONG, ALL },
  /* TRANSLATORS: the key has no room for another entry */
  { "key.full", N_("This key is full. Use another key."), NULL, NULL, "kiosk-other", WRONG, ALL },
  /* TRANSLATORS: after three wrong PINs the key was taken out; now in again */
  { "key.again", N_("Now insert the same key again."), NULL, NULL, "kiosk-insert", LOOK, ALL },

  /* TRANSLATORS: the PIN that is on the key already */
  { "pin.enter", N_("Enter the PIN of your key."), NULL, NULL, "kiosk-pin", LOOK, ALL },
  /* TRANSLATORS: a new PIN; {n} is the least number of characters */
  { "pin.choose", NP_("Choose a PIN with at least {n} character.", "Choose a PIN with at least {n} characters."), NULL, "kiosk-pin", LOOK, ALL },
  /* TRANSLATORS: the new PIN is typed a second time */
  { "pin.repeat", N_("Enter the same PIN again."), NULL, NULL, "kiosk-pin", LOOK, ALL },
  /* TRANSLATORS: rules for a new PIN */
  { "pin.rules", N_("No dates, no rows like 123456, nothing you use elsewhere."), NULL, NULL, "kiosk-pin", NONE, ALL },
  /* TRANSLATORS: nobody may ask the person for the PIN */
  { "pin.privacy", N_("Nobody at the help desk will ask for this PIN."), NULL, NULL, "kiosk-pin", NONE, ALL },
  /* TRANSLATORS: {n} tries are left before the key is blocked */
  { "pin.wrong.n", NP_("Wrong PIN. {n} try left.", "Wrong PIN. {n} tries left."), NULL, "kiosk-pin", WRONG, ALL },
  /* TRANSLATORS: the number of tries is not known */
  { "pin.wrong", N_("Wrong PIN. Enter it again."), NULL, NULL, "kiosk-pin", WRONG, ALL },
  /* TRANSLATORS: one more wrong PIN blocks the key for good */
  { "pin.wrong.last", N_("Wrong PIN. 1 try left. One more wrong PIN blocks this key."), NULL, NULL, "kiosk-pin", WRONG, ALL },
  /* TRANSLATORS: one wrong PIN more, and the key is blocked; nothing was entered yet */
  { "pin.last", N_("1 try left for the PIN. One more wrong PIN blocks this key."), NULL, NULL, "kiosk-pin", WRONG, ALL },
  /* TRANSLATORS: below "1 try left": the person decides */
  { "pin.last.ask", N_("Are you sure of your PIN? If not, get another key from the help desk."), NULL, NULL, "kiosk-pin", LOOK, ALL },
  /* TRANSLATORS: below the entry of a PIN: how many tries the key allows */
  { "pin.tries", NP_("{n} try left.", "{n} tries left."), NULL, "kiosk-pin", NONE, ALL },
  /* TRANSLATORS: the key wants to be plugged in again */
  { "pin.softlock", N_("Three wrong PINs in a row. Take the key out and insert it again."), NULL, NULL, "kiosk-remove", WRONG, ALL },
  /* TRANSLATORS: the key takes no PIN any more */
  { "pin.blocked", N_("This key is blocked until it is reset. Ask the help desk for another key."), NULL, NULL, "kiosk-wrong", WRONG, ALL },
  /* TRANSLATORS: the key has no PIN, or wants it changed first */
  { "pin.state", N_("This key has no PIN that can be used. Ask the help desk for another key."), NULL, NULL, "kiosk-wrong", WRONG, ALL },
  /* TRANSLATORS: {n} is the least number of characters */
  { "pin.short", NP_("Enter at least {n} character. The key was not tried.", "Enter at least {n} characters. The key was not tried."), NULL, "kiosk-pin", WRONG, ALL },
  /* TRANSLATORS: a PIN that is guessed easily */
  { "pin.weak", N_("This PIN is easy to guess. Choose another one. The key was not changed."), NULL, NULL, "kiosk-pin", WRONG, ALL },
  /* TRANSLATORS: setting the PIN was cut off; the key is looked at once more */
  { "pin.unsure", N_("That was cut off. The PIN may be set or not. The key is looked at again."), NULL, NULL, "kiosk-attention", WRONG, ALL },
  /* TRANSLATORS: the key itself did not take the new PIN */
  { "pin.unfit", N_("The key does not take this PIN. Choose another one."), NULL, NULL, "kiosk-pin", WRONG, ALL },
  /* TRANSLATORS: the two entries of a new PIN */
  { "pin.mismatch", N_("The two PINs differ. Enter both again. The key was not changed."), NULL, NULL, "kiosk-pin", WRONG, ALL },
  /* TRANSLATORS: while a new PIN is typed: so many characters are missing */
  { "pin.more", NP_("{n} more character is needed.", "{n} more characters are needed."), NULL, "kiosk-pin", NONE, ALL },
  /* TRANSLATORS: while a new PIN is typed: it is on the list of common ones, a date or a row */
  { "pin.easy", N_("Strength: weak. This PIN is easy to guess."), NULL, NULL, "kiosk-attention", NONE, ALL },
  /* TRANSLATORS: the second entry of the new PIN is empty */
  { "pin.repeat.empty", N_("Enter the same PIN again. The key was not changed."), NULL, NULL, "kiosk-pin", WRONG, ALL },
  /* TRANSLATORS: the computer gives no safe memory for a PIN */
  { "pin.nopage", N_("This station cannot keep a PIN safe now. Nothing was entered. Call the help desk."), NULL, NULL, "kiosk-wrong", WRONG, ALL },
  /* TRANSLATORS: the new PIN is being set; takes a second */
  { "pin.setting", N_("The PIN is being set on your key."), NULL, NULL, "kiosk-wait", NONE, ALL },
  /* TRANSLATORS: a fact of the key that was inserted: it comes with a PIN */
  { "pin.is.set", N_("Set already. You need it next."), NULL, NULL, "kiosk-pin", NONE, USER },
  /* TRANSLATORS: a fact of the key that was inserted: it has no PIN yet */
  { "pin.is.not", N_("Not set yet. You choose one next."), NULL, NULL, "kiosk-pin", NONE, USER },
  /* TRANSLATORS: a row of "check before your key is written" */
  { "pin.is.entered", N_("Entered. Nobody else knows it."), NULL, NULL, "kiosk-pin", NONE, USER },
  /* TRANSLATORS: how strong the new PIN is */
  { "pin.fair", N_("Strength: fair. A longer PIN is better."), NULL, NULL, "kiosk-pin", NONE, ALL },
  /* TRANSLATORS: how strong the new PIN is */
  { "pin.good", N_("Strength: good."), NULL, NULL, "kiosk-pin", NONE, ALL },
  /* TRANSLATORS: how strong the new PIN is */
  { "pin.strong", N_("Strength: very good."), NULL, NULL, "kiosk-pin", NONE, ALL },

  /* TRANSLATORS: staff put their own key in */
  { "signin.insert", N_("Insert your staff key."), NULL, NULL, "kiosk-insert", LOOK, ALL },
  /* TRANSLATORS: the key is not one of the roster's; nothing was asked of it */
  { "signin.notstaff", N_("This key is not on the roster of this station. Nothing was asked of it."), NULL, NULL, "kiosk-other", WRONG, ALL },
  /* TRANSLATORS: the key's person has no role that can be used here */
  { "signin.norole", N_("The person of this key has no role at this station."), NULL, NULL, "kiosk-wrong", WRONG, ALL },

  /* TRANSLATORS: whoever approves puts their own key in */
  { "act.insert", N_("Insert the key of the person who signs."), NULL, NULL, "kiosk-insert", LOOK, STAFF },
  /* TRANSLATORS: what the station wants signed does not fit what it shows; {what}: technical */
  { "act.openings", N_("The words do not fit the statement. Nothing can be signed. ({what})"), NULL, NULL, "kiosk-wrong", WRONG, STAFF },
  /* TRANSLATORS: something was not filled in; {what} is its name */
  { "act.missing", N_("Please answer this first: {what}."), NULL, NULL, "kiosk-attention", WRONG, STAFF },
  /* TRANSLATORS: an approval is not taken before it was read for some time */
  { "act.readtime", NP_("Read it. It can be signed in {n} second.", "Read it. It can be signed in {n} seconds."), NULL, "kiosk-wait", NONE, STAFF },
  /* TRANSLATORS: somebody wants to sign before that time is over */
  { "act.toosoon", NP_("Too soon to sign: read it for {n} more second.", "Too soon to sign: read it for {n} more seconds."), NULL, "kiosk-wait", WRONG, STAFF },
  /* TRANSLATORS: the act stands in the record */
  { "act.recorded", N_("Recorded."), NULL, NULL, "kiosk-ok", OK, ALL },
  /* TRANSLATORS: a file or scanned text that is no signed statement; {what}: technical */
  { "elsewhere.unreadable", N_("This cannot be read as a signed statement. ({what})"), NULL, NULL, "kiosk-wrong", WRONG, STAFF },
  /* TRANSLATORS: a signed statement that belongs to another case */
  { "elsewhere.other", N_("This is the signature of another case. It was not used."), NULL, NULL, "kiosk-other", WRONG, STAFF },
  /* TRANSLATORS: one of several codes was scanned */
  { "elsewhere.part", N_("Code taken. Scan the next one."), NULL, NULL, "kiosk-ok", OK, STAFF },
  /* TRANSLATORS: nothing was scanned or typed yet */
  { "elsewhere.nothing", N_("There is no signature yet. Scan its codes, or put its file into the folder."), NULL, NULL, "kiosk-attention", WRONG, STAFF },
  /* TRANSLATORS: the file with the statement was written; {what} is its name */
  { "elsewhere.written", N_("Written as {what}."), NULL, NULL, "kiosk-ok", OK, STAFF },
  /* TRANSLATORS: the file could not be written; {what}: the reason */
  { "elsewhere.nofile", N_("The file could not be written: {what}."), NULL, NULL, "kiosk-wrong", WRONG, STAFF },
  /* TRANSLATORS: how many persons of the directory fit */
  { "find.some", NP_("{n} person fits.", "{n} persons fit."), NULL, "kiosk-person", OK, STAFF },
  /* TRANSLATORS: no lost key was chosen */
  { "person.nokey", N_("Choose at least one key that was lost."), NULL, NULL, "kiosk-key", WRONG, STAFF },
  /* TRANSLATORS: a piece of evidence lacks something; {what} is its name */
  { "evidence.missing", N_("This piece is not whole. Please answer: {what}."), NULL, NULL, "kiosk-attention", WRONG, STAFF },
  /* TRANSLATORS: a piece of evidence waits to be recorded */
  { "evidence.draft", N_("Prepared. It is not in the record yet."), NULL, NULL, "kiosk-attention", LOOK, STAFF },
  /* TRANSLATORS: pieces of evidence stand in the record */
  { "evidence.recorded", N_("The record has it."), NULL, NULL, "kiosk-ok", OK, STAFF },
  /* TRANSLATORS: nobody in the directory fits */
  { "find.nobody", N_("Nobody fits. Enter part of the name, or the whole employee number."), NULL, NULL, "kiosk-attention", WRONG, STAFF },

  /* TRANSLATORS: heard and spoken as a test of the loudspeaker */
  { "status.test", N_("This is a test of sound and speech."), NULL, NULL, "kiosk-speech", LOOK, STAFF },

  /* TRANSLATORS: how a case number looks */
  { "case.format", N_("Enter a case number like c-1a2b3c4d."), NULL, NULL, "kiosk-attention", WRONG, ALL },
  /* TRANSLATORS: to staff, who came with a case number that no case has */
  { "case.unknown", N_("No case has this number. Check it, or look for the person."), NULL, NULL, "kiosk-attention", WRONG, STAFF },
  /* TRANSLATORS: a contest code that is incomplete, mistyped or unknown */
  { "code.format", N_("This code fits no case. Nothing was changed. Enter all 32 characters of your notice."), NULL, NULL, "kiosk-attention", WRONG, ALL },
  /* TRANSLATORS: recoveryd does not answer */
  { "station.wait", N_("The station is starting again. Nothing is lost. Please wait."), NULL, NULL, "kiosk-wait", LOOK, ALL },
  /* TRANSLATORS: the disk is full or broken: nothing was recorded */
  { "station.record", N_("The record cannot be written. Nothing was changed. Call your administrator."), NULL, NULL, "kiosk-wrong", WRONG, ALL },
  /* TRANSLATORS: recoveryd reports a fault; {what}: technical */
  { "station.trouble", N_("The station reports a fault. Nothing was changed. ({what})"), NULL, NULL, "kiosk-wrong", WRONG, ALL },
  /* TRANSLATORS: a step was said to be done, but the record does not have it */
  { "record.not", N_("The record does not have this step. Try again."), NULL, NULL, "kiosk-wrong", WRONG, ALL },
  /* TRANSLATORS: options for the key that it cannot be asked for */
  { "station.asked", N_("The station asked for nonsense. Your key is not the reason. Ask the help desk."), NULL, NULL, "kiosk-wrong", WRONG, ALL },
  /* TRANSLATORS: the receipt as a file; {what} is its name */
  { "receipt.printed", N_("The receipt is ready: {what}."), NULL, NULL, "kiosk-receipt", OK, STAFF },
  /* TRANSLATORS: the receipt could not be made */
  { "print.nopaper", N_("The receipt could not be printed. Write down the reference or scan the code."), NULL, NULL, "kiosk-attention", WRONG, ALL },
  /* TRANSLATORS: the person did nothing for a while; {n} seconds are left */
  { "idle.warn", NP_("Are you still there? This ends in {n} second and clears what you entered.", "Are you still there? This ends in {n} seconds and clears what you entered."), NULL, "kiosk-wait", LOOK, ALL },

  /* TRANSLATORS: the new key that was inserted can be used here */
  { "fit.yes", N_("This key fits. Nothing was changed on it so far."), NULL, NULL, "kiosk-ok", OK, USER },
  /* TRANSLATORS: below "Insert your new key" */
  { "key.only", N_("Only the new key. It is looked at first; nothing is changed."), NULL, NULL, "kiosk-insert", NONE, USER },
  /* TRANSLATORS: the key of the help desk is in another port; that does no harm */
  { "key.staff.in", N_("The staff key is still in. It is not used, and may stay."), NULL, NULL, "kiosk-staff", NONE, ALL },
  /* TRANSLATORS: to staff, before the user gets the screen */
  { "key.staff.out", N_("Your key is still in. Take it out, unless there is a second port."), NULL, NULL, "kiosk-remove", LOOK, STAFF },
  /* TRANSLATORS: the new key was made and tested */
  { "made.ok", N_("Your key was made and tested. The record has it."), NULL, NULL, "kiosk-ok", OK, USER },
  /* TRANSLATORS: the new key is finished */
  { "key.take", N_("Take your new key out, and keep it with you."), NULL, NULL, "kiosk-remove", LOOK, USER },
  /* TRANSLATORS: the finished key is out of the port */
  { "key.taken", N_("Your key is out. Keep it with you."), NULL, NULL, "kiosk-ok", OK, USER },
  /* TRANSLATORS: "Finish" was pressed, and the key is still in the port */
  { "key.forgotten", N_("Your key is still in. Take it out first. Nothing else is needed."), NULL, NULL, "kiosk-remove", WRONG, USER },
  /* TRANSLATORS: {n} keys that were reported lost */
  { "old.stopped", NP_("It is stopped already. It ends for good when the new key works.", "{n} keys are stopped already. They end for good when the new key works."), NULL, "kiosk-key", NONE, USER },
  /* TRANSLATORS: no key was reported lost */
  { "old.none", N_("No key was reported. Nothing is changed."), NULL, NULL, "kiosk-key", NONE, USER },
  /* TRANSLATORS: {n} people still have to approve the new key */
  { "need.approval", NP_("{n} person must still approve it.", "{n} people must still approve it."), NULL, "kiosk-person", NONE, USER },
  /* TRANSLATORS: nobody has to approve the new key any more */
  { "need.nobody", N_("Nobody else must approve it."), NULL, NULL, "kiosk-person", NONE, USER },
  /* TRANSLATORS: how long, depends on the organisation */
  { "need.wait", N_("It may begin after the approval. You get a notice."), NULL, NULL, "kiosk-wait", NONE, USER },
  /* TRANSLATORS: the name on the screen is not this person's */
  { "stop.notme", N_("This case is somebody else's. Do not go on with it."), NULL, NULL, "kiosk-wrong", WRONG, USER },
  /* TRANSLATORS: the user's part ended before a key was registered */
  { "stop.nothing", N_("No new key was registered. Nothing else was changed."), NULL, NULL, "kiosk-stop", NONE, USER },
  /* TRANSLATORS: the user's part ended before the spare key was registered */
  { "stop.made", N_("Your new key stays registered. Nothing else was changed."), NULL, NULL, "kiosk-stop", NONE, USER },
  /* TRANSLATORS: how much of the contest code was entered */
  { "code.count", NP_("{n} character of 32 is there.", "{n} characters of 32 are there."), NULL, NULL, NONE, ALL },
  /* TRANSLATORS: the case was stopped with a code */
  { "contest.done", N_("The record has it. Keys that were made for this case do not work."), NULL, NULL, "kiosk-ok", OK, ALL },
  /* TRANSLATORS: a code that came too late, or a second time */
  { "contest.late", N_("This case can no longer be stopped with a code. Nothing was changed. Go to the help desk."), NULL, NULL, "kiosk-wrong", WRONG, ALL },

  /* What a refusal by rule means for the user, in plain words. */
  /* TRANSLATORS: the key cannot prove which model it is */
  { "rule.user.attest", N_("This key cannot prove its make. Nothing was registered. Use a key from the help desk."), NULL, NULL, "kiosk-other", WRONG, USER },
  /* TRANSLATORS: the model is not allowed here */
  { "rule.user.model", N_("This kind of key is not allowed. Nothing was registered. Use one from the help desk."), NULL, NULL, "kiosk-other", WRONG, USER },
  /* TRANSLATORS: the key is of a kind that knows too little */
  { "rule.user.old", N_("This key is too old. Nothing was changed. Use a key from the help desk."), NULL, NULL, "kiosk-other", WRONG, USER },
  /* TRANSLATORS: the key can be made only right after the case was submitted */
  { "rule.user.late", N_("A key cannot be made for this case now. The case was not changed. Ask the help desk."), NULL, NULL, "kiosk-wrong", WRONG, USER },
  /* TRANSLATORS: a key and a spare key were made; there can be no third */
  { "rule.user.enough", N_("The new key and a spare one are there already. No other key is needed."), NULL, NULL, "kiosk-ok", WRONG, USER },
  /* TRANSLATORS: it took too long; the same step can be taken once more */
  { "rule.user.again", N_("That took too long. Nothing was changed. Try again."), NULL, NULL, "kiosk-wait", WRONG, USER },
  /* TRANSLATORS: anything else that was refused */
  { "rule.user.other", N_("This was refused. Nothing was changed. Ask the help desk."), NULL, NULL, "kiosk-wrong", WRONG, USER },
};

/* Names of things that recoveryd names by a word: "kind.word". Where the same
 * English means something else elsewhere, the kind is its context. */
static const struct {
  const char *id;
  const char *text;
} names[] = {
  { "act.role.activate", N_("Sign in") },
  { "act.case.open", N_("Open a case") },
  { "act.case.start_proofing", N_("Begin to check who it is") },
  { "act.case.add_evidence", N_("Record evidence") },
  { "act.case.submit", N_("Submit for approval") },
  { "act.case.amend", N_("Change the case again") },
  { "act.case.made", N_("Hand over to the user: make the new key") },
  { "act.case.approve", N_("Approve") },
  { "act.case.refuse", N_("Refuse") },
  { "act.case.check", N_("Pass the routine check") },
  { "act.case.activate", N_("Release the new key") },
  { "act.case.withdraw", N_("Withdraw the case") },
  { "act.case.contest", N_("Contest the case") },
  { "act.case.uphold", N_("The contest was right") },
  { "act.case.reject", N_("The contest was wrong") },
  { "takes.branch", N_("How the person is checked") },
  { "takes.change", N_("Change") },
  { "takes.contact", N_("Contact with the person") },
  { "takes.creds", N_("Keys") },
  { "takes.ial", N_("Level") },
  { "takes.issuer", N_("Issued by (country or office)") },
  { "takes.lost_at", N_("When last seen") },
  { "takes.method", N_("How it was checked") },
  { "takes.number_end", N_("Last characters of its number") },
  { "takes.op", N_("Kind of case") },
  { "takes.reason", N_("Reason") },
  { "takes.result", N_("Result") },
  { "takes.role", N_("Role") },
  { "takes.sub", N_("Person") },
  { "takes.type", N_("Kind of evidence") },
  { "when.today", N_("Today") },
  { "when.yesterday", N_("Yesterday") },
  { "when.week", N_("This week") },
  { "state.open", NC_("state", "Open") },
  { "state.proofing", N_("Checking who it is") },
  { "state.awaiting_approval", N_("Waiting for approval") },
  { "state.routine_check", N_("Waiting for approval") },
  { "state.waiting", N_("Waiting period") },
  { "state.ready", N_("Ready to be released") },
  { "state.binding", N_("The key is being made") },
  { "state.issued", N_("Issued") },
  { "state.completed", N_("Completed") },
  { "state.contested", N_("Contested") },
  { "state.undone", N_("Undone") },
  { "state.refused", N_("Refused") },
  { "state.expired", N_("Expired") },
  { "state.withdrawn", N_("Withdrawn") },
  { "key.stock", N_("In stock") },
  { "key.pending", N_("Made, not active yet") },
  { "key.active", N_("Active") },
  { "key.suspended", N_("Suspended") },
  { "key.lost", N_("Lost") },
  { "key.revoked", N_("Revoked") },
  { "key.retired", N_("Retired") },
  { "reason.lost", N_("Lost") },
  { "reason.stolen", N_("Stolen") },
  { "reason.damaged", N_("Damaged") },
  { "reason.pin-locked", N_("PIN blocked") },
  { "reason.not-the-person", N_("Not this person") },
  { "reason.evidence", N_("The evidence does not convince") },
  { "reason.no-contact", N_("The person could not be reached") },
  { "reason.other", N_("Another reason") },
  { "reason.desk", N_("Work at the help desk") },
  { "reason.open-case", N_("An open case") },
  { "reason.stand-in", N_("I stand in for a colleague") },
  { "reason.planned", N_("Planned work") },
  { "op.recover", N_("Recovery of a lost key") },
  { "role.agent", N_("Help-desk agent") },
  { "role.helpdesk-lead", N_("Help-desk lead") },
  { "role.other-team", N_("Approver of another team") },
  { "role.releaser", N_("Releaser") },
  { "role.security", N_("Security officer") },
  { "role.auditor", N_("Auditor") },
  { "slot.helpdesk-lead", N_("Help-desk lead") },
  { "slot.other-team", N_("Another team") },
  { "contact.seen", N_("I have seen this person") },
  { "contact.called_back", N_("I have called this person back") },
  { "contact.none", N_("I had no contact with this person") },
  { "type.passport", N_("Passport") },
  { "type.id-card", N_("Identity card") },
  { "type.driving-licence", N_("Driving licence") },
  { "type.saved-code", N_("Saved recovery code") },
  { "type.issued-code", N_("Code that was sent") },
  { "type.bound-authenticator", N_("Another key of this person") },
  { "method.visual", N_("Looked at") },
  { "method.chip", N_("Chip read") },
  { "method.code", N_("Code entered") },
  { "method.callback", N_("Called back") },
  { "result.ok", N_("In order") },
  { "result.failed", N_("Not in order") },
  { "branch.a", N_("Two codes") },
  { "branch.b", N_("A code and another key") },
  { "branch.c", N_("Identity checked again") },
};
/* clang-format on */

const KioskWord *
kiosk_words_find(const char *id)
{
  for (size_t i = 0; id != NULL && i < G_N_ELEMENTS(words); i++)
    if (strcmp(words[i].id, id) == 0)
      return &words[i];
  return NULL;
}

const KioskWord *
kiosk_words_at(size_t i)
{
  return i < G_N_ELEMENTS(words) ? &words[i] : NULL;
}

/* {n} and {what}: what is put in is never read again, whatever it holds. */
static char *
fill(const char *text, int n, const char *what)
{
  g_autofree char *plain = kiosk_plain_text(what);
  GString *out = g_string_new(NULL);

  while (*text != '\0')
    if (g_str_has_prefix(text, "{n}")) {
      g_string_append_printf(out, "%d", n);
      text += strlen("{n}");
    } else if (g_str_has_prefix(text, "{what}")) {
      g_string_append(out, plain);
      text += strlen("{what}");
    } else {
      g_string_append_c(out, *text++);
    }
  return g_string_free(out, FALSE);
}

char *
kiosk_words_text(const char *id, int n, const char *what)
{
  const KioskWord *word = kiosk_words_find(id);

  g_assert(word != NULL);
  return fill(word->plural != NULL
                  ? ngettext(word->text, word->plural, (unsigned long)MAX(n, 0))
                  : gettext(word->text),
              n, what);
}

char *
kiosk_words_speech(const char *id, int n, const char *what)
{
  const KioskWord *word = kiosk_words_find(id);

  g_assert(word != NULL);
  if (word->speech == NULL)
    return kiosk_words_text(id, n, what);
  return fill(gettext(word->speech), n, what);
}

char *
kiosk_words_name(const char *kind, const char *word)
{
  g_autofree char *id = g_strdup_printf("%s.%s", kind, word);

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (strcmp(names[i].id, id) == 0) {
      const char *text = g_dpgettext2(NULL, kind, names[i].text);

      return g_strdup(text == names[i].text ? gettext(text) : text);
    }
  return g_strdup(word);
}
