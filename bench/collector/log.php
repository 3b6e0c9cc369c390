<?php
// Answers 204 and appends each report as pretty JSON, until the log is larger than a million bytes.
http_response_code(204);
$log = getenv('CUSP_LOG');
$report = json_decode(file_get_contents('php://input'));
if (!$report || (file_exists($log) && filesize($log) > 1000000)) return;
$text = json_encode($report, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES);
file_put_contents($log, $text, FILE_APPEND | LOCK_EX);
