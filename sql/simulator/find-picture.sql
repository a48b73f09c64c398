-- The file that the handle of a resumable upload stands for; no row when it is none of ours.
select u.media from simulator_upload u where u.handle = cast(:?handle as text)
