/** The one Arr of many tests: what it is, and how the configuration names it. */
import type {Arr} from '#lab/arrs/arr.ts'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import type {MadeTorrent} from '#lab/torrent-maker.ts'

/** Its section, to which a test adds what it wants different. */
export const radarrSection = `[Radarr-Films]
Managed = true
Category = "films"
URI = "http://radarr"
APIKey = "KEY-radarr"`

/** A file with it, where nothing comes by itself, and nothing is given up by itself. */
export const restingFilms = `
${radarrSection}
RssSyncTimer = 0
[Radarr-Films.Torrent]
StalledDelay = -1
`

/** It sends to this server, and knows one film. */
export function radarrOn(server: string): InstanceConfig {
  return {
    name: 'radarr',
    app: 'radarr',
    downloadClients: [{name: server, category: 'films'}],
    library: [{title: 'Some Film', year: 2020}],
  }
}

/** Its indexers have these of its one film. */
export function offerFilms({releases}: Pick<Arr, 'releases'>, films: readonly MadeTorrent[]): void {
  for (const {name, hash, files} of films) {
    const content = files.map(({path, bytes}) => ({path, size: bytes.length, kind: 'video' as const}))
    releases.define({itemId: 1, title: name, hash, content})
  }
}
