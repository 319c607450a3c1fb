/** Figures as they travel; each schema says its unit, so that the API page does. */
import {z} from 'zod'

export const text = (says: string) => z.string().describe(says)
export const flag = (says: string) => z.boolean().describe(says)
export const bytes = (says: string) => z.number().describe(`${says}; bytes`)
export const bytesPerSecond = (says: string) => z.number().describe(`${says}; bytes/s`)
export const seconds = (says: string) => z.number().describe(`${says}; seconds`)
export const milliseconds = (says: string) => z.number().describe(`${says}; milliseconds`)
export const share = (says: string) => z.number().describe(`${says}; 0 to 1`)
export const count = (says: string) => z.number().describe(says)
/** Whole on its way out: clocks of durations know parts of a millisecond. */
export const at = (says: string) =>
  z.number().overwrite(Math.round).describe(`${says}; whole milliseconds since 1970 UTC`)

/** What a caller may set. */
export const speedLimit = (says: string) =>
  z.number().int().min(1).nullable().describe(`${says}; bytes/s, null lifts the limit`)
export const shareLimit = (says: string) =>
  z
    .union([z.number().min(0), z.null(), z.literal('inherit')])
    .describe(`${says}; null = no limit, "inherit" = as the server says`)
export const timeZoneName = (says: string) =>
  z.string().min(1).max(64).refine(isTimeZone, 'a time zone like Europe/Berlin').describe(says)

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', {timeZone: name}).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** A field of the answer that becomes another one by itself: it may come along, whatever it was when it was read. */
export const passingField = z
  .unknown()
  .optional()
  .describe('As it was reported; not checked')
  .meta({readOnly: true})

/**
 * What was sent back, without the fields that an answer has and that are not changed here.
 * @param fields each `readOnlyField` and `passingField`
 * @returns readOnly: those that have to be as they are
 */
export function splitReadOnly<B extends object, T extends Readonly<Record<string, unknown>>>(
  given: B,
  fields: T,
): {readonly body: Omit<B, keyof T>; readonly readOnly: Readonly<Record<string, unknown>>} {
  const [body, readOnly] = [new Map<string, unknown>(), new Map<string, unknown>()]
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(fields, name)) body.set(name, value)
    else if (fields[name] === readOnlyField) readOnly.set(name, value)
  }
  return {body: Object.fromEntries(body) as Omit<B, keyof T>, readOnly: Object.fromEntries(readOnly)}
}

/** A field of the answer that is not changed here: it may be sent back as it is. */
export const readOnlyField = z
  .unknown()
  .optional()
  .describe('As it was reported; not changed here')
  .meta({readOnly: true})
