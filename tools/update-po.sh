#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# update-po.sh - brings the catalogues in po/ up to date with the sources.
#   tools/update-po.sh           renews po/POTFILES and po/*.po, then as --check
#   tools/update-po.sh --check   changes nothing; prints what each language
#                                lacks, and fails where German lacks something
set -eu
cd "$(dirname "$0")/.."
mode=${1:-}
case "$mode" in
  ''|--check) ;;
  *) echo "usage: tools/update-po.sh [--check]" >&2; exit 2 ;;
esac
export LC_ALL=C.UTF-8 LANGUAGE=
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Which files say something: pages, widgets and templates, and of recovery the
# texts that the kiosk shows as they come (kiosk_language_text()).
{
  echo "# SPDX-License-Identifier: Apache-2.0"
  echo "# Made by tools/update-po.sh."
  grep -lE '\b(_|N_|C_|NC_|NP_|ngettext) ?\(' kiosk/*.c kiosk/widgets/*.c
  grep -lE '\b(recovery_rule_refuse|recovery_refusal_new|recovery_message_new|N_)\(' recovery/*.c recovery/format/*.c
  grep -l 'translatable="yes"' ui/*.ui
} >"$work/POTFILES"

# extract NAME PREFIX OPTION...: the messages of the files that begin so.
extract() {
  name=$1 prefix=$2
  shift 2
  grep "^$prefix" "$work/POTFILES" |
    xgettext --files-from=- --output="$work/$name.pot" --from-code=UTF-8 --add-location=file \
      --package-name=keyturn --add-comments=TRANSLATORS "$@"
}
extract kiosk kiosk/ --language=C --keyword= --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 \
  --keyword=NP_:1,2 --keyword=ngettext:1,2
extract ui ui/
# A refusal says why and what would be enough: two messages, which xgettext
# takes for one and many unless it is asked twice.
extract why recovery/ --language=C --keyword= --keyword=N_ --keyword=add_line:2 \
  --keyword=recovery_rule_refuse:1 --keyword=recovery_refusal_new:2 --keyword=recovery_message_new:1
extract enough recovery/ --language=C --keyword= --keyword=recovery_rule_refuse:2 --keyword=recovery_refusal_new:3
msgcat --use-first --output-file="$work/keyturn.pot" "$work"/kiosk.pot "$work"/ui.pot "$work"/why.pot "$work"/enough.pot
sed -i '/^"POT-Creation-Date: /d' "$work/keyturn.pot" # or each run would change them

status=0
if [ -z "$mode" ]; then
  cp "$work/POTFILES" po/POTFILES
elif ! cmp -s "$work/POTFILES" po/POTFILES; then
  echo "po/POTFILES is not up to date: run tools/update-po.sh"
  status=1
fi
languages=$(grep -v '^#' po/LINGUAS)
for language in $languages; do
  new=$work/$language.po
  msgmerge --quiet --no-fuzzy-matching --output-file="$work/merged.po" "po/$language.po" "$work/keyturn.pot"
  msgattrib --no-obsolete --output-file="$new" "$work/merged.po"
  [ -n "$mode" ] || cp "$new" "po/$language.po"
  { msgattrib --untranslated "$new"; msgattrib --only-fuzzy "$new"; } >"$work/lacks.po"
  cat "$work/lacks.po"
  if ! said=$(msgfmt --check --statistics --output-file=/dev/null "$new" 2>&1) ||
     { [ "$language" = de ] && [ -s "$work/lacks.po" ]; }; then
    status=1
  fi
  echo "$language: $said"
done
exit $status
