/** Brings in servers from a list: shows what would be done, and does what was shown, item by item. */
import {randomBytes} from 'node:crypto'
import {Semaphore} from '#lib/semaphore.ts'
import type {Acting} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Secret} from '#model/secret.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {type ServerEditor} from '../servers/draft.ts'
import {DraftInvalid} from '../owned/draft.ts'
import type {Former} from '../servers/definition-of.ts'
import type {ServerService} from '../servers/service.ts'
import {demandCreating} from '../servers/rights.ts'
import type {ImportFormat, ListInput, ListOptions, ServerList} from './listed.ts'
import {fingerprintOf, planOf, type Choice, type Order, type PlannedItem, type Refusal} from './preview.ts'

export interface ImportRequest {
  readonly input: ListInput
  readonly format: ImportFormat | 'auto'
  readonly passphrase: Secret | null
  readonly mode: 'merge' | 'replace'
  readonly ofEveryone: boolean
  readonly choices: readonly Choice[]
}

export interface ImportPreview {
  readonly format: ImportFormat
  readonly warnings: readonly string[]
  readonly items: readonly PlannedItem[]
  /** Of exactly this plan, until something in it changes or the program starts again. */
  readonly fingerprint: string
}

export interface ImportResult {
  readonly planned: PlannedItem
  readonly status: 'done' | 'failed' | 'skipped'
  /** Of a new server, too. */
  readonly serverId: ServerId | null
  readonly refusal: Refusal | null
}

/**
 * Reads it where it keeps nobody waiting (`request-work/`).
 * @throws {ImportInvalid} {CommodarrError} import_invalid, payload_too_large, too_expensive
 */
export type ListReader = (input: ListInput, options: ListOptions, by: Acting) => Promise<ServerList>

/** First what can hardly go wrong; what goes, goes when the rest is there. */
const steps: readonly Order['do'][] = ['change', 'add', 'remove']

export class ServerImport {
  readonly #readList: ListReader
  readonly #editor: Pick<ServerService, 'describe' | 'drafted'> &
    Pick<ServerEditor, 'create' | 'change' | 'remove'>
  readonly #former: (id: ServerId) => Former | null
  readonly #key = randomBytes(32)
  /** Stretching a passphrase takes 128 MiB. */
  readonly #stretching = new Semaphore(1)

  constructor(
    readList: ListReader,
    editor: Pick<ServerService, 'describe' | 'drafted'> & Pick<ServerEditor, 'create' | 'change' | 'remove'>,
    former: (id: ServerId) => Former | null,
  ) {
    this.#readList = readList
    this.#editor = editor
    this.#former = former
  }

  /** @throws {CommodarrError} import_invalid, forbidden */
  async preview(by: Acting, request: ImportRequest): Promise<ImportPreview> {
    demandCreating(by.access)
    if (request.ofEveryone && !by.access.permits('admin')) {
      throw new CommodarrError('forbidden', 'Only administrators replace the servers of everyone.')
    }
    const {input, format, passphrase, mode, ofEveryone, choices} = request
    const read = () => this.#readList(input, {format, passphrase}, by)
    const list = passphrase === null ? await read() : await this.#stretching.run(read)
    const items = planOf(list, {by, mode, ofEveryone, choices}, this.#editor, this.#former)
    const fingerprint = fingerprintOf(items, this.#key)
    return {format: list.format, warnings: list.warnings, items, fingerprint}
  }

  /**
   * One result per item, in the order of the items. A bad item stops no other.
   *
   * @param fingerprint of the preview; `null` = never looked, which only merging allows
   * @throws {CommodarrError} import_invalid, forbidden; changed_meanwhile when the plan is another one by now
   */
  async apply(
    by: Acting,
    request: ImportRequest,
    fingerprint: string | null,
  ): Promise<{readonly preview: ImportPreview; readonly results: readonly ImportResult[]}> {
    const preview = await this.preview(by, request)
    if (fingerprint === null ? request.mode === 'replace' : fingerprint !== preview.fingerprint) {
      throw new CommodarrError(
        'changed_meanwhile',
        fingerprint === null
          ? 'Replacing takes the fingerprint of its preview.'
          : 'It would not do any more what the preview said. Look again.',
      )
    }
    const results = new Map<number, ImportResult>()
    for (const planned of inOrder(preview.items)) {
      if (planned.order) results.set(planned.item, await this.#carryOut(by, planned, planned.order))
    }
    return {preview, results: preview.items.map((planned) => results.get(planned.item) ?? notDone(planned))}
  }

  async #carryOut(by: Acting, planned: PlannedItem, order: Order): Promise<ImportResult> {
    try {
      const serverId = await this.#obey(by, order)
      return {planned, status: 'done', serverId, refusal: null}
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      const faults = error instanceof DraftInvalid ? error.faults : []
      const refusal = {code: error.code, message: error.message, faults}
      return {planned, status: 'failed', serverId: planned.serverId, refusal}
    }
  }

  async #obey(by: Acting, order: Order): Promise<ServerId> {
    if (order.do === 'add') return (await this.#editor.create(by, {...order.draft, position: null})).id
    if (order.do === 'change') return (await this.#editor.change(by, order.id, order.patch)).id
    await this.#editor.remove(by, order.id)
    return order.id
  }
}

function notDone(planned: PlannedItem): ImportResult {
  const {action, serverId, refusal} = planned
  return {planned, serverId, refusal, status: action === 'refused' ? 'failed' : 'skipped'}
}

/** New servers come behind those that are there, in the order they had where they come from. */
function inOrder(items: readonly PlannedItem[]): readonly PlannedItem[] {
  const place = ({order}: PlannedItem) => (order?.do === 'add' ? (order.draft.position ?? Infinity) : 0)
  return steps.flatMap((step) =>
    items.filter(({order}) => order?.do === step).toSorted((a, b) => place(a) - place(b) || 0),
  )
}
