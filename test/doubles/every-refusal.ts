import type {RefusalNotes} from '#model/audit-event.ts'

/** Writes each refusal down, however many there are: for tests that ask what is written. */
export const everyRefusal: RefusalNotes = {note: (_kind, write) => write(null)}
