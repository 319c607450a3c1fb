import {Suspense, type ComponentProps} from 'react'
import type {LiveView} from '../../live/view.ts'
import {lazyPart} from '../../ui/lazy-part.ts'
import {usePlaceInView} from './use-place-in-view.ts'

const DetailsPanel = lazyPart(
  ['details'],
  async () => (await import('../details/DetailsPanel.tsx')).DetailsPanel,
)

type PanelProps = ComponentProps<typeof DetailsPanel>

/** The details of the torrent that is looked at; it is followed through the list, and the page is not rendered for that. */
export function CurrentDetails({view, ...panel}: Omit<PanelProps, 'placeInView'> & {view: LiveView}) {
  const place = usePlaceInView(view, panel.name)
  return (
    <Suspense>
      <DetailsPanel {...panel} placeInView={place} />
    </Suspense>
  )
}
