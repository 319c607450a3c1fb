/** Forms (multipart/form-data) that bring .torrent files: read part by part, and bounded. */
import multipart, {type MultipartFile, type MultipartValue} from '@fastify/multipart'
import type {FastifyInstance, FastifyRequest} from 'fastify'
import type {z} from 'zod'
import {CommodarrError} from '#model/errors.ts'
import {RequestInvalid} from '../answers/field-errors.ts'

export const uploadLimits = {bytes: 16 * 1024 * 1024, files: 100} as const

interface TorrentForm {
  /** Names and values, in their order. */
  readonly entries: [string, string][]
  readonly files: readonly {readonly fileName: string; readonly bytes: Uint8Array}[]
}

/** Must be done in the scope of the routes that read forms. */
export async function acceptForms(app: FastifyInstance): Promise<void> {
  await app.register(multipart, {
    limits: {
      fileSize: uploadLimits.bytes,
      files: uploadLimits.files,
      fields: 1100,
      // The longest field there is may have 4,096 characters.
      fieldSize: 16_384,
      parts: 1200,
    },
  })
}

/** @throws {RequestInvalid} for a form without a file; {CommodarrError} bad_request, payload_too_large */
export async function readTorrentForm(request: FastifyRequest): Promise<TorrentForm> {
  return readParts(request).catch((error: unknown) => {
    throw asRefusal(error)
  })
}

/** @throws {RequestInvalid} */
export function checkHasFile({files}: TorrentForm): void {
  if (files.length > 0) return
  throw new RequestInvalid('The form holds no file.', [
    {field: 'file', accepted: 'one to 100 .torrent files'},
  ])
}

/** The form is read part by part, so its fields are not checked before the handler. For `validatorCompiler`. */
export function acceptAll() {
  return (value: unknown) => ({value})
}

/** The parser of forms says with bare errors what is wrong with a form; everything of ours has a name. */
function asRefusal(error: unknown): unknown {
  const isParsers = error instanceof Error && error.constructor === Error && !('statusCode' in error)
  return isParsers ? new CommodarrError('bad_request', 'The form is not well formed.', {}, error) : error
}

async function readParts(request: FastifyRequest): Promise<TorrentForm> {
  const entries: [string, string][] = []
  const files: {fileName: string; bytes: Uint8Array}[] = []
  let room: number = uploadLimits.bytes
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      entries.push([part.fieldname, checkedText(part)])
      room -= entries.at(-1)![1].length
    } else {
      const bytes = await readFile(part, room)
      room -= bytes.length
      files.push({fileName: nameOr('', part.filename), bytes})
    }
    if (room < 0) throw tooLarge()
  }
  return {entries, files}
}

async function readFile(part: MultipartFile, room: number): Promise<Uint8Array> {
  const bytes = await part.toBuffer()
  if (bytes.length <= room) return bytes
  throw tooLarge()
}

/** The parser cuts what is too long without a word, and no server keeps NUL. */
function checkedText({fieldname, value, valueTruncated, fieldnameTruncated}: MultipartValue): string {
  const [name, text] = [nameOr('a field without a name', fieldname).slice(0, 100), String(value)]
  if (!valueTruncated && !fieldnameTruncated && !text.includes('\0')) return text
  throw new RequestInvalid(`The form is not accepted: ${name}.`, [
    {field: name, accepted: 'a text that is shorter, without NUL'},
  ])
}

/** The parser's types promise names that a form need not have. */
function nameOr(otherwise: string, given: string | undefined): string {
  return given ?? otherwise
}

function tooLarge(): CommodarrError {
  return new CommodarrError('payload_too_large', 'All of one upload together may have 16 MiB.')
}

/* A form knows only text. This finds what each text means, by the schema of its field. */

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
