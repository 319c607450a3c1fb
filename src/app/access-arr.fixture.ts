/** A made-up Arr for the access matrix: which servers it has stands in its address, because whoever asks decides that. */
import type {ArrDownloadClients} from '#model/download-client.ts'
import type {ArrToAsk} from '#servers/discover.ts'

/** Where an Arr is that uses the server at this host. */
export function arrThatUses(host: string): string {
  return `http://arr.example/${host}`
}

export async function askMadeUpArr({url}: ArrToAsk): Promise<ArrDownloadClients> {
  const host = new URL(url).pathname.slice(1)
  return {
    arr: {app: 'Radarr', name: 'Radarr', version: '5', url, inContainer: false},
    clients: [
      {
        ...{name: 'the client', implementation: 'QBittorrent', kind: 'qbittorrent', enabled: true},
        ...{host, port: 8080, tls: false, urlBase: '', username: null, password: null, apiKey: null},
        ...{masked: [], categories: ['films']},
      },
    ],
  }
}
