import {useQuery} from '@tanstack/react-query'
import {doctorQuery, type Arr} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {FindingList} from './FindingList.tsx'

/** How the Arr is set up: asked of itself, with what puts it right. For its owner. */
export function DoctorCard({arr: {id, name}}: {arr: Arr}) {
  const {data, error, isFetching, refetch} = useQuery(doctorQuery(id))
  return (
    <Card
      title={text('arr.doctor')}
      isPadded={false}
      actions={
        <Button
          variant="ghost"
          onClick={() => void refetch()}
          waitsFor={isFetching ? text('arr.asking') : undefined}
        >
          {text('arr.ask-again')}
        </Button>
      }
    >
      {error ? (
        <Note tone="bad" className="rounded-none!">
          {text('arr.doctor.unasked', {name, fault: error.message})}
        </Note>
      ) : data ? (
        <div className="py-1.5">
          <FindingList id={id} findings={data} />
        </div>
      ) : (
        <Skeleton width="55%" className="mx-3.5 my-3.5" />
      )}
    </Card>
  )
}
