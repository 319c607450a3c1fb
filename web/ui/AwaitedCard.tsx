import {Awaited} from './Awaited.tsx'
import {Card} from './Card.tsx'
import type {Reading} from './reading.ts'
import {SkeletonLines} from './Skeleton.tsx'

/** A card whose content is not there yet. */
export function AwaitedCard({reading, title}: {reading: Reading; title: string}) {
  return (
    <Card title={title}>
      <Awaited reading={reading} what={title}>
        <SkeletonLines />
      </Awaited>
    </Card>
  )
}
