/** `torrents/add` of the simulated Web API. URLs are really fetched, after the answer, as the daemon does. */
import {fromMagnet, fromTorrent} from './additions.ts'
import type {FaceAnswer, FaceRequest} from './face.ts'
import {isCategoryName, json, list, shareLimit, text, type CallContext} from './qbittorrent-call.ts'
import type {NewTorrent} from './sim-torrent.ts'

interface Tally {
  readonly ids: string[]
  failed: number
  pending: number
}

export async function addTorrents(context: CallContext, request: FaceRequest): Promise<FaceAnswer> {
  const form = await formOf(request)
  const params = new URLSearchParams()
  const files = new Map<string, File>()
  for (const [name, value] of form) {
    // One part for each file name: a second one of the same name takes the first one's place.
    if (typeof value === 'string') params.set(name, value)
    else files.set(value.name, value)
  }
  const urls = (params.get('urls') ?? '').split('\n').filter((url) => url.trim() !== '')
  if (urls.length === 0 && files.size === 0) return text(400, '')
  const tally: Tally = {ids: [], failed: 0, pending: 0}
  for (const file of files.values()) {
    const made = torrentOf(context, params, Buffer.from(await file.arrayBuffer()))
    if (!made) return text(415, `Error: '${file.name}' is not a valid torrent file.`)
    put(context, made, tally)
  }
  for (const url of urls) addUrl(context, params, url.trim(), tally)
  return verdict(context, tally)
}

async function formOf(request: FaceRequest): Promise<FormData> {
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('multipart/')) {
    return new Response(new Uint8Array(request.body), {headers: {'content-type': type}}).formData()
  }
  const form = new FormData()
  for (const [name, value] of new URLSearchParams(request.body.toString('utf8'))) form.set(name, value)
  return form
}

function verdict({profile}: CallContext, {ids, failed, pending}: Tally): FaceAnswer {
  const taken = ids.length + pending
  if (!profile.isNewWeb) return text(200, taken > 0 ? 'Ok.' : 'Fails.')
  if (taken === 0) return text(409, 'Conflict')
  const counts = {
    added_torrent_ids: ids,
    failure_count: failed,
    pending_count: pending,
    success_count: ids.length,
  }
  return json(counts, pending > 0 ? 202 : 200)
}

function put({world}: CallContext, made: NewTorrent, tally: Tally): void {
  const {torrent, duplicate} = world.commands.add(made)
  if (duplicate) tally.failed++
  else tally.ids.push(torrent.hash)
}

function addUrl(context: CallContext, params: URLSearchParams, url: string, tally: Tally): void {
  if (/^https?:/i.test(url)) {
    tally.pending++
    void fetchLater(context, params, url)
    return
  }
  try {
    const magnet = /^magnet:/i.test(url) ? url : `magnet:?xt=urn:btih:${url}`
    put(context, fromMagnet(context.world, magnet, optionsOf(context, params)), tally)
  } catch {
    tally.failed++
  }
}

/** What comes of it is told to nobody. */
async function fetchLater(context: CallContext, params: URLSearchParams, url: string): Promise<void> {
  const bytes = await fetch(url).then(
    async (answer) => (answer.ok ? Buffer.from(await answer.arrayBuffer()) : null),
    () => null,
  )
  const made = bytes && torrentOf(context, params, bytes)
  if (made) context.world.commands.add(made)
}

function torrentOf(context: CallContext, params: URLSearchParams, bytes: Buffer): NewTorrent | null {
  try {
    const made = fromTorrent(context.world, bytes, optionsOf(context, params))
    const layout = params.get('contentLayout') ?? context.world.preferences.get('torrent_content_layout')
    return layout === 'NoSubfolder' ? withoutFolder(made) : made
  } catch {
    return null
  }
}

/** Of a single file there is none to leave away. */
function withoutFolder(made: NewTorrent): NewTorrent {
  const files = made.files ?? []
  if (!files.every(({path}) => path.includes('/'))) return made
  const below = files.map((file) => ({...file, path: file.path.slice(file.path.indexOf('/') + 1)}))
  return {...made, files: below, rootName: below.length === 1 ? below[0]!.path : ''}
}

function optionsOf(context: CallContext, params: URLSearchParams): Partial<NewTorrent> {
  const {world, profile} = context
  const is = (name: string): boolean => params.get(name) === 'true'
  const number = (name: string): number | null => Number(params.get(name) ?? 0) || null
  const tags = list(params, 'tags')
  if (tags.length > 0) world.commands.createTags({tags})
  return {
    running: !is(profile.saysStop ? 'stopped' : 'paused'),
    category: categoryOf(context, params.get('category') ?? ''),
    tags,
    ...placeOf(context, params),
    ...(params.get('rename') && {name: params.get('rename')!}),
    ...(params.has('ratioLimit') && {ratioLimit: shareLimit(params, 'ratioLimit', 1)}),
    ...(params.has('seedingTimeLimit') && {seedingTimeLimit: shareLimit(params, 'seedingTimeLimit', 60)}),
    downLimit: number('dlLimit'),
    upLimit: number('upLimit'),
    sequential: is('sequentialDownload'),
    firstLast: is('firstLastPiecePrio'),
    forceStart: is('forced'),
    stopsWithMetadata: params.get('stopCondition') === 'MetadataReceived',
    addedAt: world.now(),
  }
}

/** Source: `SessionImpl::suggestedSavePath`; tried on 4.5.2 and 5.3.0. */
function placeOf({world}: CallContext, params: URLSearchParams): Partial<NewTorrent> {
  const path = (params.get('savepath') ?? '').trim()
  const isSet = (name: string) => world.preferences.get(name) === true
  const asked = params.get('autoTMM')
  const isAutomatic = asked === null ? path === '' && isSet('auto_tmm_enabled') : asked === 'true'
  if (!isAutomatic && path !== '') return {savePath: path}
  const category = params.get('category') ?? ''
  const isThere = category !== '' && (isAutomatic || isSet('use_category_paths_in_manual_mode'))
  return isThere ? {savePath: world.folderOf(category)} : {}
}

/** An unknown one is made; with a name that is none the torrent goes without. */
function categoryOf({world}: CallContext, category: string): string {
  if (category === '' || world.categories.has(category)) return category
  if (!isCategoryName(category)) return ''
  world.commands.createCategory({name: category})
  return category
}
