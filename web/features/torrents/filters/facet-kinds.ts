/** The sections of the side bar: what each counts by, and how it is chosen. */
import type {FacetName} from '#model/query.ts'
import type {TextKey} from '../../../i18n/text.ts'

export interface FacetKind {
  readonly name: FacetName
  readonly title: TextKey
  /** What stands for "has none": '' as a value. */
  readonly none: TextKey | null
  /** A torrent may have several: any or all of the chosen ones may be wanted. */
  readonly isSeveral: boolean
  /** Of two answers only one can be wanted. */
  readonly isOneOnly: boolean
  /** Most used first; otherwise as they are given. */
  readonly isByCount: boolean
}

const plain = {none: null, isSeveral: false, isOneOnly: false, isByCount: false} as const

/** From top to bottom. */
export const facetKinds: readonly FacetKind[] = [
  {...plain, name: 'state', title: 'facet.state'},
  {...plain, name: 'server', title: 'facet.server'},
  {...plain, name: 'category', title: 'facet.category', none: 'facet.none.category', isByCount: true},
  {...plain, name: 'tag', title: 'facet.tag', none: 'facet.none.tag', isSeveral: true, isByCount: true},
  {
    ...plain,
    name: 'tracker',
    title: 'facet.tracker',
    none: 'facet.none.tracker',
    isSeveral: true,
    isByCount: true,
  },
  {...plain, name: 'private', title: 'facet.private', isOneOnly: true},
]
