/* SPDX-License-Identifier: Apache-2.0 */
/* minimal.c - the least that is a libadwaita window: what any is measured
 * against. */
#include <adwaita.h>

static void
activate(GtkApplication *application)
{
  GtkWidget *window = adw_application_window_new(application);

  gtk_window_set_default_size(GTK_WINDOW(window), 1280, 800);
  adw_application_window_set_content(ADW_APPLICATION_WINDOW(window),
                                     gtk_label_new("Keyturn"));
  gtk_window_present(GTK_WINDOW(window));
}

int
main(int argc, char **argv)
{
  g_autoptr(AdwApplication) application =
      adw_application_new("org.keyturn.Minimal", G_APPLICATION_NON_UNIQUE);

  g_signal_connect(application, "activate", G_CALLBACK(activate), NULL);
  return g_application_run(G_APPLICATION(application), argc, argv);
}
