/** What is in a media file, as it travels. */
import {z} from 'zod'
import {count, seconds, text} from './units.ts'

export const FileContentSchema = z
  .object({
    known: z
      .object({
        container: text('Names of ffprobe: "matroska,webm"'),
        duration: seconds('How long it plays; null = not said').nullable(),
        streams: z.array(
          z.object({
            type: z.enum(['video', 'audio', 'subtitle', 'other']),
            codec: text('As ffprobe names it'),
            width: count('Pixels; absent = no picture, or not said').optional(),
            height: count('Pixels; absent = no picture, or not said').optional(),
            language: text('As its file says it, "eng"; absent = it does not').optional(),
            channels: count('Of sound; absent = not said').optional(),
          }),
        ),
      })
      .nullable()
      .describe('null = not known'),
    unknown: text('Why not, in words; null = it is known').nullable(),
  })
  .meta({id: 'FileContent', description: 'What is in a media file.'})
