# A key that lies: one reply in four is damaged, by chance. With --seed the same
# ones in each run.
[softkey]
name = Keyturn softkey (hostile)
aaguid = 6b657974-7572-4e20-8000-686f7374696c
damage = 4
