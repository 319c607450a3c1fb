/** A form knows only text. This finds what each text means, by the schema of its field. */
import type {z} from 'zod'

/**
 * The fields of a form as the object that `schema` reads: a field that wants a number, `true` or `null` gets one, a
 * field that wants a list gets all its values. What fits nothing stays text, so that the schema can complain of it.
 */
export function formValues(
  schema: z.ZodObject,
  entries: readonly (readonly [string, string])[],
): Record<string, unknown> {
  const texts = new Map<string, string[]>()
  for (const [name, value] of entries) texts.set(name, [...(texts.get(name) ?? []), value])
  const shape = schema.shape as Readonly<Record<string, z.ZodType>>
  return Object.fromEntries([...texts].map(([name, values]) => [name, meaning(shape[name], values)]))
}

function meaning(field: z.ZodType | undefined, values: readonly string[]): unknown {
  const [text] = values
  const readings = values.length === 1 ? [text, ...asJson(text!), values] : [values]
  const fitting = readings.findIndex((it) => field?.safeParse(it).success)
  return readings[Math.max(0, fitting)]
}

function asJson(text: string): unknown[] {
  return /^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?)$/.test(text) ? [JSON.parse(text) as unknown] : []
}
