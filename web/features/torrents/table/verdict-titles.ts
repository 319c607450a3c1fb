/**
 * Why a torrent stays or goes, in the title of its state. It is asked for when somebody rests on it: never for each row,
 * and not while a pointer only passes.
 */
import {withWords} from '../../../i18n/text.ts'
import type {ViewRow} from '../../../live/view.ts'

/** Sooner than browsers show a title. */
const REST_MS = 250

type AskVerdict = (key: {server_id: string; info_hash: string}) => Promise<string | null>

const loadVerdicts = withWords(['verdict'], () => import('../../explain/verdict-title.ts'))
const askVerdict: AskVerdict = async (key) => (await loadVerdicts()).verdictTitle(key)

type Cell = Pick<HTMLElement, 'title'>

export class VerdictTitles {
  readonly #ask: AskVerdict
  #timer: ReturnType<typeof setTimeout> | undefined
  #cell: Cell | null = null
  #key: string | null = null

  constructor(ask: AskVerdict = askVerdict) {
    this.#ask = ask
  }

  /** @param row whose state the cell shows; `null` = it shows something else */
  point(cell: Cell, row: Pick<ViewRow, 'key' | 'serverId' | 'infoHash'> | null): void {
    const key = row?.key ?? null
    if (key !== null && key === this.#key && cell === this.#cell) return
    this.stop()
    if (row === null) return
    this.#cell = cell
    this.#key = key
    this.#timer = setTimeout(() => void this.#write(cell, row), REST_MS)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#cell = null
    this.#key = null
  }

  async #write(
    cell: Cell,
    {key, serverId, infoHash}: Pick<ViewRow, 'key' | 'serverId' | 'infoHash'>,
  ): Promise<void> {
    const said = await this.#ask({server_id: serverId, info_hash: infoHash}).catch(() => null)
    // The pointer may be elsewhere by now, and another torrent in its place.
    if (said === null || cell !== this.#cell || key !== this.#key) return
    cell.title = cell.title === '' ? said : `${said}\n${cell.title}`
  }
}
