/* Generated from src/schema by `npm run generate`; edits are lost. */

#include <stdio.h>

#include "../opu_protocol.h"

static void print_hex(const char *label, const uint8_t *bytes, size_t length) {
  size_t i;
  printf("%s ", label);
  for (i = 0; i < length; i++) printf("%02x", bytes[i]);
  printf("\n");
}

static void print_readout_record(const char *label, const opu_records *records, uint32_t index) {
  opu_readout_record r;
  opu_get_readout_record(records, index, &r);
  printf("%s.%u.frame %llu\n", label, (unsigned)index, (unsigned long long)r.frame);
  printf("%s.%u.patternId %llu\n", label, (unsigned)index, (unsigned long long)r.pattern_id);
  printf("%s.%u.resetTick %llu\n", label, (unsigned)index, (unsigned long long)r.reset_tick);
  printf("%s.%u.exposureStartTick %llu\n", label, (unsigned)index, (unsigned long long)r.exposure_start_tick);
  printf("%s.%u.exposureTicks %llu\n", label, (unsigned)index, (unsigned long long)r.exposure_ticks);
  printf("%s.%u.referencePhase %.17g\n", label, (unsigned)index, r.reference_phase);
  printf("%s.%u.flags %llu\n", label, (unsigned)index, (unsigned long long)r.flags);
  printf("%s.%u.saturatedPixels %llu\n", label, (unsigned)index, (unsigned long long)r.saturated_pixels);
  printf("%s.%u.droppedBefore %llu\n", label, (unsigned)index, (unsigned long long)r.dropped_before);
  printf("%s.%u.imageCrc %llu\n", label, (unsigned)index, (unsigned long long)r.image_crc);
}

static void print_counter_record(const char *label, const opu_records *records, uint32_t index) {
  opu_counter_record r;
  opu_get_counter_record(records, index, &r);
  printf("%s.%u.id %llu\n", label, (unsigned)index, (unsigned long long)r.id);
  printf("%s.%u.value %llu\n", label, (unsigned)index, (unsigned long long)r.value);
}

static void print_sequence_step(const char *label, const opu_records *records, uint32_t index) {
  opu_sequence_step r;
  opu_get_sequence_step(records, index, &r);
  printf("%s.%u.index %llu\n", label, (unsigned)index, (unsigned long long)r.index);
}

static void print_message(const opu_message *m) {
  uint32_t i;
  (void)i;
  switch (m->type) {
    case OPU_TYPE_HELLO: {
      const opu_hello *v = &m->as.hello;
      printf("versionMajor %llu\n", (unsigned long long)v->version_major);
      printf("versionMinor %llu\n", (unsigned long long)v->version_minor);
      printf("maximumPayload %llu\n", (unsigned long long)v->maximum_payload);
      printf("hostId %llu\n", (unsigned long long)v->host_id);
      print_hex("schemaHash", v->schema_hash, 16);
      print_hex("hostName", (const uint8_t *)v->host_name.data, v->host_name.length);
      printf("hostNonce %llu\n", (unsigned long long)v->host_nonce);
      break;
    }
    case OPU_TYPE_HELLO_REPLY: {
      const opu_hello_reply *v = &m->as.hello_reply;
      printf("versionMajor %llu\n", (unsigned long long)v->version_major);
      printf("versionMinor %llu\n", (unsigned long long)v->version_minor);
      printf("maximumPayload %llu\n", (unsigned long long)v->maximum_payload);
      printf("bootId %llu\n", (unsigned long long)v->boot_id);
      print_hex("schemaHash", v->schema_hash, 16);
      print_hex("vendor", (const uint8_t *)v->vendor.data, v->vendor.length);
      print_hex("model", (const uint8_t *)v->model.data, v->model.length);
      print_hex("serial", (const uint8_t *)v->serial.data, v->serial.length);
      print_hex("firmwareVersion", (const uint8_t *)v->firmware_version.data, v->firmware_version.length);
      print_hex("profile", (const uint8_t *)v->profile.data, v->profile.length);
      printf("hostNonce %llu\n", (unsigned long long)v->host_nonce);
      printf("deviceNonce %llu\n", (unsigned long long)v->device_nonce);
      break;
    }
    case OPU_TYPE_DESCRIBE_REPLY: {
      const opu_describe_reply *v = &m->as.describe_reply;
      printf("modulatorWidth %llu\n", (unsigned long long)v->modulator_width);
      printf("modulatorHeight %llu\n", (unsigned long long)v->modulator_height);
      printf("sensorWidth %llu\n", (unsigned long long)v->sensor_width);
      printf("sensorHeight %llu\n", (unsigned long long)v->sensor_height);
      printf("regionXStep %llu\n", (unsigned long long)v->region_x_step);
      printf("regionYStep %llu\n", (unsigned long long)v->region_y_step);
      printf("patternSlots %llu\n", (unsigned long long)v->pattern_slots);
      printf("frameBuffers %llu\n", (unsigned long long)v->frame_buffers);
      printf("minimumExposureTicks %llu\n", (unsigned long long)v->minimum_exposure_ticks);
      printf("maximumExposureTicks %llu\n", (unsigned long long)v->maximum_exposure_ticks);
      printf("minimumPeriodTicks %llu\n", (unsigned long long)v->minimum_period_ticks);
      printf("maximumPeriodTicks %llu\n", (unsigned long long)v->maximum_period_ticks);
      printf("loadTicks %llu\n", (unsigned long long)v->load_ticks);
      printf("settleTicks %llu\n", (unsigned long long)v->settle_ticks);
      printf("triggerDelayTicks %llu\n", (unsigned long long)v->trigger_delay_ticks);
      printf("transferTicks %llu\n", (unsigned long long)v->transfer_ticks);
      printf("refreshTicks %llu\n", (unsigned long long)v->refresh_ticks);
      printf("loadRowTicks %llu\n", (unsigned long long)v->load_row_ticks);
      printf("readoutRowTicks %llu\n", (unsigned long long)v->readout_row_ticks);
      printf("tickPicoseconds %llu\n", (unsigned long long)v->tick_picoseconds);
      printf("pixelFormats %llu\n", (unsigned long long)v->pixel_formats);
      printf("features %llu\n", (unsigned long long)v->features);
      printf("modulatorKind %llu\n", (unsigned long long)v->modulator_kind);
      printf("storedReplies %llu\n", (unsigned long long)v->stored_replies);
      printf("maximumPhaseSteps %llu\n", (unsigned long long)v->maximum_phase_steps);
      printf("sequenceSlots %llu\n", (unsigned long long)v->sequence_slots);
      printf("sequencePatterns %llu\n", (unsigned long long)v->sequence_patterns);
      printf("retainedReadouts %llu\n", (unsigned long long)v->retained_readouts);
      printf("minimumHeartbeatMicroseconds %llu\n", (unsigned long long)v->minimum_heartbeat_microseconds);
      printf("maximumHeartbeatMicroseconds %llu\n", (unsigned long long)v->maximum_heartbeat_microseconds);
      break;
    }
    case OPU_TYPE_ACQUIRE_CONTROL: {
      const opu_acquire_control *v = &m->as.acquire_control;
      printf("heartbeatMicroseconds %llu\n", (unsigned long long)v->heartbeat_microseconds);
      break;
    }
    case OPU_TYPE_CLOCK_SYNC: {
      const opu_clock_sync *v = &m->as.clock_sync;
      printf("hostTime %llu\n", (unsigned long long)v->host_time);
      break;
    }
    case OPU_TYPE_CLOCK_SYNC_REPLY: {
      const opu_clock_sync_reply *v = &m->as.clock_sync_reply;
      printf("hostTime %llu\n", (unsigned long long)v->host_time);
      printf("arrivalTick %llu\n", (unsigned long long)v->arrival_tick);
      printf("departureTick %llu\n", (unsigned long long)v->departure_tick);
      break;
    }
    case OPU_TYPE_DONE: {
      const opu_done *v = &m->as.done;
      printf("tick %llu\n", (unsigned long long)v->tick);
      printf("value %llu\n", (unsigned long long)v->value);
      break;
    }
    case OPU_TYPE_PENDING: {
      const opu_pending *v = &m->as.pending;
      printf("expectedTicks %llu\n", (unsigned long long)v->expected_ticks);
      break;
    }
    case OPU_TYPE_REFUSED: {
      const opu_refused *v = &m->as.refused;
      printf("resultCode %llu\n", (unsigned long long)v->result_code);
      printf("limitingTerm %llu\n", (unsigned long long)v->limiting_term);
      printf("requestType %llu\n", (unsigned long long)v->request_type);
      printf("value %.17g\n", v->value);
      printf("bound %.17g\n", v->bound);
      print_hex("field", (const uint8_t *)v->field.data, v->field.length);
      print_hex("text", (const uint8_t *)v->text.data, v->text.length);
      break;
    }
    case OPU_TYPE_CONFIGURE: {
      const opu_configure *v = &m->as.configure;
      printf("periodTicks %llu\n", (unsigned long long)v->period_ticks);
      printf("exposureTicks %llu\n", (unsigned long long)v->exposure_ticks);
      printf("extraSettleTicks %llu\n", (unsigned long long)v->extra_settle_ticks);
      printf("regionX %llu\n", (unsigned long long)v->region_x);
      printf("regionY %llu\n", (unsigned long long)v->region_y);
      printf("regionWidth %llu\n", (unsigned long long)v->region_width);
      printf("regionHeight %llu\n", (unsigned long long)v->region_height);
      printf("macroColumns %llu\n", (unsigned long long)v->macro_columns);
      printf("macroRows %llu\n", (unsigned long long)v->macro_rows);
      printf("pixelFormat %llu\n", (unsigned long long)v->pixel_format);
      printf("overrunMode %llu\n", (unsigned long long)v->overrun_mode);
      printf("triggerMode %llu\n", (unsigned long long)v->trigger_mode);
      printf("referenceOn %llu\n", (unsigned long long)v->reference_on);
      printf("referencePhaseSteps %llu\n", (unsigned long long)v->reference_phase_steps);
      printf("referenceAmplitude %.17g\n", v->reference_amplitude);
      printf("referenceTiltX %.17g\n", v->reference_tilt_x);
      printf("referenceTiltY %.17g\n", v->reference_tilt_y);
      printf("fields %llu\n", (unsigned long long)v->fields);
      break;
    }
    case OPU_TYPE_CONFIGURE_REPLY: {
      const opu_configure_reply *v = &m->as.configure_reply;
      printf("periodTicks %llu\n", (unsigned long long)v->period_ticks);
      printf("exposureTicks %llu\n", (unsigned long long)v->exposure_ticks);
      printf("extraSettleTicks %llu\n", (unsigned long long)v->extra_settle_ticks);
      printf("regionX %llu\n", (unsigned long long)v->region_x);
      printf("regionY %llu\n", (unsigned long long)v->region_y);
      printf("regionWidth %llu\n", (unsigned long long)v->region_width);
      printf("regionHeight %llu\n", (unsigned long long)v->region_height);
      printf("macroColumns %llu\n", (unsigned long long)v->macro_columns);
      printf("macroRows %llu\n", (unsigned long long)v->macro_rows);
      printf("pixelFormat %llu\n", (unsigned long long)v->pixel_format);
      printf("overrunMode %llu\n", (unsigned long long)v->overrun_mode);
      printf("triggerMode %llu\n", (unsigned long long)v->trigger_mode);
      printf("referenceOn %llu\n", (unsigned long long)v->reference_on);
      printf("referencePhaseSteps %llu\n", (unsigned long long)v->reference_phase_steps);
      printf("referenceAmplitude %.17g\n", v->reference_amplitude);
      printf("referenceTiltX %.17g\n", v->reference_tilt_x);
      printf("referenceTiltY %.17g\n", v->reference_tilt_y);
      printf("configurationHash %llu\n", (unsigned long long)v->configuration_hash);
      printf("patternBytes %llu\n", (unsigned long long)v->pattern_bytes);
      printf("minimumPeriodTicks %llu\n", (unsigned long long)v->minimum_period_ticks);
      printf("limitingTerm %llu\n", (unsigned long long)v->limiting_term);
      break;
    }
    case OPU_TYPE_QUERY_PERIOD: {
      const opu_query_period *v = &m->as.query_period;
      printf("periodTicks %llu\n", (unsigned long long)v->period_ticks);
      printf("exposureTicks %llu\n", (unsigned long long)v->exposure_ticks);
      printf("extraSettleTicks %llu\n", (unsigned long long)v->extra_settle_ticks);
      printf("regionX %llu\n", (unsigned long long)v->region_x);
      printf("regionY %llu\n", (unsigned long long)v->region_y);
      printf("regionWidth %llu\n", (unsigned long long)v->region_width);
      printf("regionHeight %llu\n", (unsigned long long)v->region_height);
      printf("macroColumns %llu\n", (unsigned long long)v->macro_columns);
      printf("macroRows %llu\n", (unsigned long long)v->macro_rows);
      printf("pixelFormat %llu\n", (unsigned long long)v->pixel_format);
      printf("overrunMode %llu\n", (unsigned long long)v->overrun_mode);
      printf("triggerMode %llu\n", (unsigned long long)v->trigger_mode);
      printf("referenceOn %llu\n", (unsigned long long)v->reference_on);
      printf("referencePhaseSteps %llu\n", (unsigned long long)v->reference_phase_steps);
      printf("referenceAmplitude %.17g\n", v->reference_amplitude);
      printf("referenceTiltX %.17g\n", v->reference_tilt_x);
      printf("referenceTiltY %.17g\n", v->reference_tilt_y);
      printf("fields %llu\n", (unsigned long long)v->fields);
      break;
    }
    case OPU_TYPE_QUERY_PERIOD_REPLY: {
      const opu_query_period_reply *v = &m->as.query_period_reply;
      printf("minimumPeriodTicks %llu\n", (unsigned long long)v->minimum_period_ticks);
      printf("limitingTerm %llu\n", (unsigned long long)v->limiting_term);
      break;
    }
    case OPU_TYPE_PATTERNS: {
      const opu_patterns *v = &m->as.patterns;
      printf("firstPatternId %llu\n", (unsigned long long)v->first_pattern_id);
      printf("count %llu\n", (unsigned long long)v->count);
      printf("encoding %llu\n", (unsigned long long)v->encoding);
      printf("flags %llu\n", (unsigned long long)v->flags);
      printf("patternBytes %llu\n", (unsigned long long)v->pattern_bytes);
      printf("firstRow %llu\n", (unsigned long long)v->first_row);
      printf("rowCount %llu\n", (unsigned long long)v->row_count);
      print_hex("data", (const uint8_t *)v->data.data, v->data.length);
      break;
    }
    case OPU_TYPE_PATTERN_CREDIT: {
      const opu_pattern_credit *v = &m->as.pattern_credit;
      printf("nextPatternId %llu\n", (unsigned long long)v->next_pattern_id);
      printf("creditLimit %llu\n", (unsigned long long)v->credit_limit);
      break;
    }
    case OPU_TYPE_PATTERN_RESEND: {
      const opu_pattern_resend *v = &m->as.pattern_resend;
      printf("from %llu\n", (unsigned long long)v->from);
      printf("count %llu\n", (unsigned long long)v->count);
      break;
    }
    case OPU_TYPE_STORE_SEQUENCE: {
      const opu_store_sequence *v = &m->as.store_sequence;
      printf("sequenceId %llu\n", (unsigned long long)v->sequence_id);
      printf("firstIndex %llu\n", (unsigned long long)v->first_index);
      printf("count %llu\n", (unsigned long long)v->count);
      printf("encoding %llu\n", (unsigned long long)v->encoding);
      printf("flags %llu\n", (unsigned long long)v->flags);
      printf("patternBytes %llu\n", (unsigned long long)v->pattern_bytes);
      printf("firstRow %llu\n", (unsigned long long)v->first_row);
      printf("rowCount %llu\n", (unsigned long long)v->row_count);
      print_hex("data", (const uint8_t *)v->data.data, v->data.length);
      break;
    }
    case OPU_TYPE_PLAY_SEQUENCE: {
      const opu_play_sequence *v = &m->as.play_sequence;
      printf("firstPatternId %llu\n", (unsigned long long)v->first_pattern_id);
      printf("sequenceId %llu\n", (unsigned long long)v->sequence_id);
      printf("repetitions %llu\n", (unsigned long long)v->repetitions);
      for (i = 0; i < v->steps.count; i++) print_sequence_step("steps", &v->steps, i);
      break;
    }
    case OPU_TYPE_ERASE_SEQUENCE: {
      const opu_erase_sequence *v = &m->as.erase_sequence;
      printf("sequenceId %llu\n", (unsigned long long)v->sequence_id);
      break;
    }
    case OPU_TYPE_START: {
      const opu_start *v = &m->as.start;
      printf("flags %llu\n", (unsigned long long)v->flags);
      break;
    }
    case OPU_TYPE_RUN_REPORT: {
      const opu_run_report *v = &m->as.run_report;
      printf("tick %llu\n", (unsigned long long)v->tick);
      printf("framesDone %llu\n", (unsigned long long)v->frames_done);
      printf("nextPatternId %llu\n", (unsigned long long)v->next_pattern_id);
      break;
    }
    case OPU_TYPE_RUN_ENDED: {
      const opu_run_ended *v = &m->as.run_ended;
      printf("tick %llu\n", (unsigned long long)v->tick);
      printf("framesDone %llu\n", (unsigned long long)v->frames_done);
      printf("nextFrame %llu\n", (unsigned long long)v->next_frame);
      break;
    }
    case OPU_TYPE_READOUTS: {
      const opu_readouts *v = &m->as.readouts;
      printf("regionX %llu\n", (unsigned long long)v->region_x);
      printf("regionY %llu\n", (unsigned long long)v->region_y);
      printf("regionWidth %llu\n", (unsigned long long)v->region_width);
      printf("regionHeight %llu\n", (unsigned long long)v->region_height);
      printf("pixelFormat %llu\n", (unsigned long long)v->pixel_format);
      printf("imageBytes %llu\n", (unsigned long long)v->image_bytes);
      for (i = 0; i < v->frames.count; i++) print_readout_record("frames", &v->frames, i);
      print_hex("data", (const uint8_t *)v->data.data, v->data.length);
      break;
    }
    case OPU_TYPE_READOUT_ACK: {
      const opu_readout_ack *v = &m->as.readout_ack;
      printf("nextFrame %llu\n", (unsigned long long)v->next_frame);
      break;
    }
    case OPU_TYPE_READOUT_CREDIT: {
      const opu_readout_credit *v = &m->as.readout_credit;
      printf("creditLimit %llu\n", (unsigned long long)v->credit_limit);
      break;
    }
    case OPU_TYPE_READOUT_RESEND: {
      const opu_readout_resend *v = &m->as.readout_resend;
      printf("from %llu\n", (unsigned long long)v->from);
      printf("count %llu\n", (unsigned long long)v->count);
      break;
    }
    case OPU_TYPE_READOUT_UNAVAILABLE: {
      const opu_readout_unavailable *v = &m->as.readout_unavailable;
      printf("from %llu\n", (unsigned long long)v->from);
      printf("count %llu\n", (unsigned long long)v->count);
      printf("reason %llu\n", (unsigned long long)v->reason);
      break;
    }
    case OPU_TYPE_EVENT: {
      const opu_event *v = &m->as.event;
      printf("tick %llu\n", (unsigned long long)v->tick);
      printf("value %.17g\n", v->value);
      printf("kind %llu\n", (unsigned long long)v->kind);
      print_hex("text", (const uint8_t *)v->text.data, v->text.length);
      break;
    }
    case OPU_TYPE_COUNTERS_REPLY: {
      const opu_counters_reply *v = &m->as.counters_reply;
      printf("tick %llu\n", (unsigned long long)v->tick);
      for (i = 0; i < v->counters.count; i++) print_counter_record("counters", &v->counters, i);
      break;
    }
    case OPU_TYPE_SET_PACING: {
      const opu_set_pacing *v = &m->as.set_pacing;
      printf("mode %llu\n", (unsigned long long)v->mode);
      break;
    }
    case OPU_TYPE_HOST_WAITING: {
      const opu_host_waiting *v = &m->as.host_waiting;
      printf("deviceSequence %llu\n", (unsigned long long)v->device_sequence);
      break;
    }
    case OPU_TYPE_SPEND: {
      const opu_spend *v = &m->as.spend;
      printf("ticks %llu\n", (unsigned long long)v->ticks);
      break;
    }
    default:
      break;
  }
}

static const char *status_name(opu_status status) {
  switch (status) {
    case OPU_OK:
      return "OK";
    case OPU_LINK_ERROR_KIND_BAD_MAGIC:
      return "BAD_MAGIC";
    case OPU_LINK_ERROR_KIND_HEADER_CRC:
      return "HEADER_CRC";
    case OPU_LINK_ERROR_KIND_PAYLOAD_CRC:
      return "PAYLOAD_CRC";
    case OPU_LINK_ERROR_KIND_TOO_LONG:
      return "TOO_LONG";
    case OPU_LINK_ERROR_KIND_WRONG_LENGTH:
      return "WRONG_LENGTH";
    case OPU_LINK_ERROR_KIND_VERSION:
      return "VERSION";
    case OPU_LINK_ERROR_KIND_INCOMPATIBLE_FLAG:
      return "INCOMPATIBLE_FLAG";
    case OPU_LINK_ERROR_KIND_UNKNOWN_TYPE:
      return "UNKNOWN_TYPE";
    case OPU_LINK_ERROR_KIND_BAD_FRAME:
      return "BAD_FRAME";
    case OPU_LINK_ERROR_KIND_MALFORMED:
      return "MALFORMED";
    case OPU_LINK_ERROR_KIND_SEQUENCE:
      return "SEQUENCE";
    default:
      return "OTHER";
  }
}
