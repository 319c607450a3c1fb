import {CheckCheck, RefreshCw, TriangleAlert} from 'lucide-react'

/** Views that everybody has, beside all torrents. */
export const readyViews = [
  {label: 'view.attention', icon: TriangleAlert, q: 'is:attention'},
  {label: 'view.not-imported', icon: RefreshCw, q: 'import:waiting,rejected'},
  // A rule may remove them now: what their trackers ask is done.
  {label: 'view.seeded', icon: CheckCheck, q: 'is:complete removable<1m'},
] as const
