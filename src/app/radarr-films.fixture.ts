/** The one Arr of many tests: what it is, and how the configuration names it. */
import type {InstanceConfig} from '#lab/arrs/config.ts'

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
    ...{name: 'radarr', app: 'radarr', downloadClients: [{name: server, category: 'films'}]},
    library: [{title: 'Some Film', year: 2020}],
  }
}
