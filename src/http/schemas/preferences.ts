/** Preferences as they travel: what the names and values mean, the pages alone know. */
import {z} from 'zod'
import {preferenceKeyShape, preferenceLimits} from '#model/saved-view.ts'

const {valueBytes} = preferenceLimits

export const PreferencesSchema = z
  .record(z.string(), z.unknown())
  .meta({id: 'Preferences', description: 'Your preferences by name, as the pages wrote them.'})

export const PreferencesChange = z
  .record(z.string(), z.unknown())
  .superRefine((changes, context) => {
    for (const [key, value] of Object.entries(changes)) {
      const objection = objectionTo(key, value)
      if (objection !== null)
        context.addIssue({code: 'custom', path: [key], message: objection, input: value})
    }
  })
  .describe('New values by name; null takes one away, what is left out stays')

function objectionTo(key: string, value: unknown): string | null {
  if (!preferenceKeyShape.test(key))
    return 'a name of at most 64 small letters, digits, _ . -, a letter first'
  const isShort = Buffer.byteLength(JSON.stringify(value)) <= valueBytes
  return isShort ? null : `at most ${valueBytes / 1024} KiB as JSON`
}
