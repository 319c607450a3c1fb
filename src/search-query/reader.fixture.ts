import {factWords} from './fact-words.ts'
import type {Reader} from './filter-of.ts'

/** Saturday, 31 January 2026, 12:00 UTC. */
const noon = Date.UTC(2026, 0, 31, 12)

export const reader: Reader = {
  now: noon,
  facts: factWords,
  servers: [
    {id: 'box-1', name: 'Seedbox', kind: 'qbittorrent'},
    {id: 'nas', name: 'attic', kind: 'transmission'},
    {id: 'two', name: 'Attic', kind: 'transmission'},
    {id: 'long', name: 'my box', kind: 'rtorrent'},
  ],
  arrs: [
    {id: 'Radarr', name: 'Radarr', kind: 'radarr'},
    {id: 'Radarr-4K', name: 'Radarr-4K', kind: 'radarr'},
    {id: 'arr-1', name: 'Films', kind: 'radarr'},
    {id: 'Sonarr', name: 'Sonarr', kind: 'sonarr'},
  ],
  rules: [
    {id: 'r-1', name: 'Seeded enough', condition: () => ({fact: 'ratio', op: 'gte', value: 2})},
    {id: 'r-2', name: 'Orphans', condition: () => null},
    {id: 'r-3', name: 'Keep films', condition: () => ({fact: 'category', op: 'eq', value: 'films'})},
  ],
}
