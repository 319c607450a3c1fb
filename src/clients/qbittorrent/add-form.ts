/** The form of `torrents/add`. Source: Web API sheet §6.2; both spellings are sent where a version renamed one. */
import {FormData} from 'undici'
import type {AddTorrent} from '#model/command.ts'
import {joinedTags} from './arguments.ts'
import type {Dialect} from './features.ts'
import {limitNumber} from './share-limits.ts'

export type AddForm = FormData

export function addForm(add: Readonly<AddTorrent>, dialect: Dialect): AddForm {
  const form = new FormData()
  for (const [name, value] of Object.entries(fieldsOf(add, dialect))) {
    if (value !== undefined) form.set(name, String(value))
  }
  const {source} = add
  // The server keeps parts by their file name, and an odd one (quotes, line breaks) confuses it.
  if ('torrent' in source) form.set('torrents', new Blob([Buffer.from(source.torrent)]), 'added.torrent')
  else form.set('urls', 'url' in source ? source.url : source.magnet)
  return form
}

function fieldsOf(
  add: Readonly<AddTorrent>,
  dialect: Dialect,
): Record<string, string | number | boolean | undefined> {
  return {
    savepath: add.savePath,
    // Managed automatically, the torrent would go where its category says.
    autoTMM: add.savePath === undefined ? undefined : false,
    // Since 4.4; before, what is unfinished goes where all of it goes.
    useDownloadPath: add.data === undefined ? undefined : false,
    category: add.category,
    tags: add.tags && add.tags.length > 0 ? joinedTags(add.tags) : undefined,
    paused: !add.start && !add.forceStart,
    stopped: !add.start && !add.forceStart,
    forced: add.forceStart && dialect.forcedAdd ? true : undefined,
    skip_checking: add.skipCheck,
    seedMode: add.skipCheck,
    sequentialDownload: add.sequential,
    firstLastPiecePrio: add.firstLast,
    dlLimit: add.downLimit,
    upLimit: add.upLimit,
    ratioLimit: add.ratioLimit === undefined ? undefined : limitNumber(add.ratioLimit, 1),
    seedingTimeLimit: add.seedingTimeLimit === undefined ? undefined : limitNumber(add.seedingTimeLimit, 60),
    rename: add.rename,
    stopCondition: add.stopCondition && stopConditions[add.stopCondition],
    contentLayout: add.contentLayout && contentLayouts[add.contentLayout],
    addToTopOfQueue: add.topOfQueue,
    cookie: dialect.cookieOnAdd ? add.cookies : undefined,
  }
}

const stopConditions = {none: 'None', metadata: 'MetadataReceived', filesChecked: 'FilesChecked'} as const
const contentLayouts = {original: 'Original', subfolder: 'Subfolder', noSubfolder: 'NoSubfolder'} as const
